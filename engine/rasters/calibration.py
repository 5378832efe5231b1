"""The calibration of a Sentinel-1 product: what divides its numbers, told at some places.

Source: Sentinel-1 Product Specification, issue 3.9, calibration data set. The list of vectors for
sigma nought is taken.
"""

from __future__ import annotations

import re

import numpy as np

from kairos.engine.arrays import WideArray
from kairos.engine.errors import ReadError
from kairos.engine.rasters.swath import Table

_VECTOR = re.compile(r"<calibrationVector>(.*?)</calibrationVector>", re.DOTALL)


def table_of(text: str, name: str) -> Table:
    """The table to sigma nought.

    Args:
        text: XML of the calibration of a polarisation.
        name: of its file.

    Raises:
        ReadError: it is damaged.
    """
    try:
        if "</calibrationVectorList>" not in text:
            raise ValueError("half a file")
        vectors = sorted((_vector(part) for part in _VECTOR.findall(text)), key=lambda v: v[0])
        samples = vectors[0][1]
        values = np.stack([np.interp(samples, *vector[1:]) for vector in vectors])
        return Table(np.array([vector[0] for vector in vectors]), values, samples)
    except (ValueError, IndexError) as error:
        raise ReadError(f"{name} is damaged; load it anew.", details=str(error)) from error


def _vector(text: str) -> tuple[float, WideArray, WideArray]:
    """Line, samples and values of a calibration vector. Raises ValueError where it is none."""
    line, samples, values = (
        np.array(" ".join(re.findall(rf"<{key}\b[^>]*>([^<]*)<", text)).split(), np.float64)
        for key in ("line", "pixel", "sigmaNought")
    )
    if len(line) != 1 or not 0 < len(samples) == len(values) or (np.diff(samples) <= 0).any():
        raise ValueError(f"{len(line)} lines, {len(samples)} pixels, {len(values)} values")
    if not (np.isfinite(line).all() and np.isfinite(values).all() and (values > 0).all()):
        raise ValueError("values that are no calibration")
    return float(line[0]), samples, values
