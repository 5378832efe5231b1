<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <rasterrenderer type="singlebandpseudocolor" band="1" opacity="0.8" alphaBand="-1" nodataColor="" classificationMin="0" classificationMax="0.0304">
      <rastershader>
        <colorrampshader colorRampType="DISCRETE" classificationMode="1" clip="0" minimumValue="0" maximumValue="0.0304">
          <item value="0" color="#2c7a4b" label="None: seen on that day" alpha="255"/>
          <item value="0.00304" color="#fff3c4" label="Up to ±0.005 reflectance" alpha="255"/>
          <item value="0.00608" color="#fdd07a" label="Up to ±0.01" alpha="255"/>
          <item value="0.01216" color="#f59a3e" label="Up to ±0.02" alpha="255"/>
          <item value="0.0304" color="#d95f0e" label="Up to ±0.05" alpha="255"/>
          <item value="inf" color="#7f2704" label="More than ±0.05" alpha="255"/>
        </colorrampshader>
      </rastershader>
    </rasterrenderer>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
