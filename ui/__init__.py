"""QGIS's side of Kairos: the dock, the slider, the curve, and the worker's other end."""
