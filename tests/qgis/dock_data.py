"""What tests of the dock with a real map share."""

from __future__ import annotations

import numpy as np


def show(dock, canvas):
    """What QGIS's own window does with layers of the project."""
    canvas.setLayers([dock.frame_layer.layer])
    canvas.setDestinationCrs(dock.frame_layer.layer.crs())
    canvas.setExtent(dock.frame_layer.layer.extent())
    canvas.refresh()


def colours(canvas):
    """What the canvas shows, (h, w, 3)."""
    image = canvas.grab().toImage().convertToFormat(4)
    pixels = image.constBits().asarray(image.sizeInBytes())
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return np.frombuffer(pixels, np.uint8).reshape(shape)[:, : image.width(), 2::-1].astype(int)
