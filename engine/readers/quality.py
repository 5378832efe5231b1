"""What the quality bands of products say about the ground; sources are the product guides."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from kairos.engine.arrays import BoolArray, RawArray
from kairos.engine.clear import CONVENTIONS, Convention


def _without(values: RawArray, classes: Sequence[int], bits: int) -> BoolArray:
    known = np.isfinite(values)
    whole = np.where(known, values, 0).astype(np.int64)
    return np.asarray(known & (whole & bits == 0))


def _of_bits(name: str, bits: Sequence[int], outside: int, rule: str) -> Convention:
    return Convention(name, outside, partial(_without, bits=sum(1 << b for b in bits)), rule)


SCL = next(c for c in CONVENTIONS if c.suffix == "_SCL")
QA60 = next(c for c in CONVENTIONS if c.suffix == "_QA")

CLASSI = _of_bits("MSK_CLASSI", range(8), 1, "neither opaque cloud nor cirrus in MSK_CLASSI usable")
"""Sentinel-2 from baseline 04.00 on: band 1 opaque cloud, band 2 cirrus, band 3 snow."""

QA_PIXEL = _of_bits("QA_PIXEL", range(6), 1, "QA_PIXEL without fill, cloud, shadow or snow usable")
"""Landsat Collection 2: bits 0 fill, 1 dilated cloud, 2 cirrus, 3 cloud, 4 shadow, 5 snow."""

FMASK = _of_bits("Fmask", range(1, 5), 255, "Fmask without cloud, shadow or snow usable")
"""HLS 2.0: bits 1 cloud, 2 beside cloud or shadow, 3 shadow, 4 snow; 255 is fill."""

CLM = _of_bits("CLM", range(8), 1, "0 in CLM usable")
"""MAJA: any bit set is cloud or its shadow."""
