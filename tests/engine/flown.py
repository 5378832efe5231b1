"""A Sentinel-1 GRD product as a radar sees it: askew to the map, its numbers to be calibrated."""

from __future__ import annotations

import numpy as np
import rasterio
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.warp import transform as warp_points

LINES, SAMPLES = 90, 80
NAME = "S1A_IW_GRDH_1SDV_{0}T054012_{0}T054037_032455_03C21F_9A3B.SAFE"
STEM = "s1a-iw-grd-{1}-{0}t054012-{0}t054037-032455-03c21f-00{2}"
LEVEL = {"vv": -9.0, "vh": -16.0}
EDGE = 12
"""Samples of border, 0."""


def ground(x, y, polarisation):
    """dB of the ground in the zone of the stack; smooth, so that placing it can be checked."""
    return LEVEL[polarisation] + 2 * np.sin((x - 600000) / 60) + np.cos((5700000 - y) / 50)


def flown(line, sample):
    """Where on the map a sample lies: askew, as an orbit is."""
    along, across = np.broadcast_arrays(10.0 * np.asarray(line), 10.0 * np.asarray(sample))
    turn = np.radians(12)
    x = 599700 + across * np.cos(turn) + along * np.sin(turn)
    return x, 5700350 + across * np.sin(turn) - along * np.cos(turn)


def table(line, sample):
    """The calibration; straight between its vectors."""
    return 300 + 1.5 * np.asarray(line) + 2.0 * np.asarray(sample)


def vector(line, samples):
    def listed(values):
        return f'count="{len(samples)}">' + " ".join(f"{v:.6e}" for v in values)

    return (
        f"<calibrationVector><azimuthTime>2020-05-03T05:40:12.000000</azimuthTime><line>{line}"
        f'</line><pixel count="{len(samples)}">{" ".join(map(str, samples))}</pixel>'
        f"<sigmaNought {listed(table(line, samples))}</sigmaNought>"
        f"<betaNought {listed(0 * samples + 237)}</betaNought>"
        f"<gamma {listed(0 * samples + 290)}</gamma><dn {listed(0 * samples + 237)}</dn>"
        "</calibrationVector>"
    )


def write_product(folder, day, side="Descending", polarisations=("vv", "vh")):
    """A product as a SAFE folder."""
    product = folder / NAME.format(day)
    line, sample = np.mgrid[:LINES, :SAMPLES]
    marks = [(r, c) for r in range(0, LINES, 11) for c in range(0, SAMPLES, 13)]
    lon, lat = warp_points("EPSG:32631", "EPSG:4326", *zip(*(flown(*m) for m in marks)))
    points = [GroundControlPoint(*m, *at, 40.0) for m, *at in zip(marks, lon, lat)]
    for number, polarisation in enumerate(polarisations, start=1):
        stem = STEM.format(day, polarisation, number)
        power = 10 ** (ground(*flown(line, sample), polarisation) / 10)
        numbers = np.rint(np.sqrt(power) * table(line, sample)).astype("uint16")
        numbers[:, :EDGE] = 0
        files = [product / part for part in (
            f"measurement/{stem}.tiff", f"annotation/{stem}.xml",
            f"annotation/calibration/calibration-{stem}.xml",
            f"annotation/calibration/noise-{stem}.xml")]  # fmt: skip
        for file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
        with rasterio.open(
            files[0], "w", driver="GTiff", width=SAMPLES, height=LINES, count=1, dtype="uint16",
            gcps=points, crs=CRS.from_epsg(4326),
        ) as image:  # fmt: skip
            image.write(numbers, 1)
        files[1].write_text(
            f"<product><adsHeader><polarisation>{polarisation.upper()}</polarisation>"
            "</adsHeader><generalAnnotation><productInformation>"
            f"<pass>{side}</pass></productInformation></generalAnnotation></product>"
        )
        vectors = [vector(n, np.arange(0, SAMPLES + 40, 40)) for n in range(0, LINES + 30, 30)]
        files[2].write_text(
            '<?xml version="1.0" encoding="UTF-8"?><calibration><calibrationInformation>'
            "<absoluteCalibrationConstant>1.0</absoluteCalibrationConstant>"
            f'</calibrationInformation><calibrationVectorList count="{len(vectors)}">'
            f"{''.join(vectors)}</calibrationVectorList></calibration>"
        )
        files[3].write_text("<noise/>")
    (product / "manifest.safe").write_text(
        f"<xfdu:XFDU><s1:orbitProperties><s1:pass>{side.upper()}</s1:pass>"
        "</s1:orbitProperties></xfdu:XFDU>"
    )
    return product
