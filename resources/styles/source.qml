<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <rasterrenderer type="paletted" band="1" opacity="0.8" alphaBand="-1" nodataColor="">
      <colorPalette>
        <paletteEntry value="0" color="#3b3b3b" label="Never seen" alpha="255"/>
        <paletteEntry value="1" color="#2c7a4b" label="Observed on that day" alpha="255"/>
        <paletteEntry value="2" color="#3f8fd2" label="Rebuilt from the rest of the scene" alpha="255"/>
        <paletteEntry value="3" color="#f2b134" label="Rebuilt from other days" alpha="255"/>
        <paletteEntry value="4" color="#8a5bc4" label="Rebuilt from radar or a learned model" alpha="255"/>
      </colorPalette>
    </rasterrenderer>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
