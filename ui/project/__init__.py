"""What is remembered: by the project, by QGIS; settings and help."""
