<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <rasterrenderer type="singlebandpseudocolor" band="1" opacity="0.8" alphaBand="-1" nodataColor="" classificationMin="0" classificationMax="40">
      <rastershader>
        <colorrampshader colorRampType="DISCRETE" classificationMode="1" clip="0" minimumValue="0" maximumValue="40">
          <item value="0" color="#2c7a4b" label="Seen on that day" alpha="255"/>
          <item value="5" color="#fff3c4" label="1 to 5 days" alpha="255"/>
          <item value="10" color="#fdd07a" label="6 to 10 days" alpha="255"/>
          <item value="20" color="#f59a3e" label="11 to 20 days" alpha="255"/>
          <item value="40" color="#d95f0e" label="21 to 40 days" alpha="255"/>
          <item value="inf" color="#7f2704" label="More than 40 days" alpha="255"/>
        </colorrampshader>
      </rastershader>
    </rasterrenderer>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
