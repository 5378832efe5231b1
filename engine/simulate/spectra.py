"""What each kind of ground looks like: end-member spectra in the ten Sentinel-2 bands.

Values are round numbers typical of central Europe, read off published libraries (USGS
Spectral Library v7, Kokaly et al. 2017; ECOSTRESS, Meerdink et al. 2019) and rounded to the
bands. They are reflectance in [0, 1].
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from .noise import Float

BANDS = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
"""Band names, in the order of every channel axis of the simulator."""

WAVELENGTHS = np.array([490, 560, 665, 705, 740, 783, 842, 865, 1610, 2190], np.float32)
"""Band centres in nanometres."""

COARSE = np.array([name not in ("B02", "B03", "B04", "B08") for name in BANDS])
"""True for bands that the satellite sees in pixels of 20 m."""


class Cover(IntEnum):
    """Ground that grows: its look follows a calendar."""

    ARABLE = 0
    GRASS = 1
    GARDEN = 2
    HEDGE = 3
    BROADLEAF = 4
    CONIFER = 5


class Hard(IntEnum):
    """Ground that does not grow."""

    WATER = 0
    ASPHALT = 1
    GRAVEL = 2
    TILE = 3
    SLATE = 4
    METAL = 5


def _table(*rows: tuple[float, ...]) -> Float:
    return np.array(rows, np.float32)


#                B02   B03   B04   B05   B06   B07   B08   B8A   B11   B12
LEAF = _table(
    (0.026, 0.064, 0.030, 0.105, 0.315, 0.410, 0.450, 0.465, 0.205, 0.095),  # arable
    (0.030, 0.075, 0.037, 0.120, 0.295, 0.370, 0.405, 0.425, 0.230, 0.115),  # grass
    (0.032, 0.062, 0.042, 0.102, 0.240, 0.300, 0.330, 0.345, 0.210, 0.115),  # garden
    (0.024, 0.052, 0.028, 0.088, 0.260, 0.335, 0.370, 0.385, 0.185, 0.085),  # hedge
    (0.020, 0.048, 0.021, 0.080, 0.270, 0.360, 0.400, 0.415, 0.175, 0.072),  # broadleaf
    (0.017, 0.031, 0.019, 0.050, 0.140, 0.175, 0.195, 0.205, 0.088, 0.040),  # conifer
)
"""Dense green canopy of each `Cover`, ``(6, C)``."""

STRAW = np.array([0.065, 0.105, 0.150, 0.185, 0.215, 0.240, 0.270, 0.300, 0.360, 0.270], np.float32)
AUTUMN = np.array(
    [0.028, 0.052, 0.078, 0.120, 0.165, 0.190, 0.215, 0.240, 0.225, 0.140], np.float32
)
BLOSSOM = np.array(
    [0.040, 0.185, 0.165, 0.225, 0.360, 0.440, 0.480, 0.490, 0.240, 0.120], np.float32
)
"""Ripe straw, autumn leaves and twigs, and rape in flower, each ``(C,)``."""

SOIL = np.array([0.066, 0.095, 0.130, 0.155, 0.172, 0.190, 0.206, 0.225, 0.300, 0.265], np.float32)
LITTER = np.array(
    [0.034, 0.050, 0.066, 0.090, 0.115, 0.130, 0.145, 0.160, 0.190, 0.140], np.float32
)
"""Dry ploughland (a brown Luvisol) and the floor of a wood, ``(C,)``."""

HARD = _table(
    (0.030, 0.036, 0.024, 0.019, 0.012, 0.011, 0.009, 0.008, 0.004, 0.003),  # water
    (0.085, 0.098, 0.106, 0.114, 0.120, 0.126, 0.132, 0.138, 0.150, 0.140),  # asphalt
    (0.115, 0.145, 0.170, 0.185, 0.198, 0.208, 0.220, 0.230, 0.275, 0.255),  # gravel
    (0.070, 0.095, 0.165, 0.195, 0.215, 0.230, 0.245, 0.255, 0.300, 0.265),  # tile
    (0.095, 0.105, 0.110, 0.115, 0.120, 0.126, 0.132, 0.138, 0.160, 0.155),  # slate
    (0.220, 0.235, 0.245, 0.250, 0.255, 0.262, 0.270, 0.275, 0.290, 0.270),  # metal
)
"""Each `Hard` ground, ``(6, C)``."""

CLOUD = np.array([0.660, 0.650, 0.650, 0.665, 0.680, 0.690, 0.700, 0.700, 0.420, 0.300], np.float32)
"""The top of a thick water cloud, ``(C,)``."""
