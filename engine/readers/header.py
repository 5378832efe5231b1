"""What the bands of one file are: reflectance, a mask among them, or neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, RawArray
from kairos.engine.clear import CONVENTIONS, Convention
from kairos.engine.rasters.bands import name_bands
from kairos.engine.rasters.grid import Window
from kairos.engine.rasters.read import Raster, Rasters
from kairos.engine.readers.landsat import OFFSET, OLI, SCALE, TM
from kairos.engine.readers.quality import FMASK, QA60, QA_PIXEL, SCL

_PATCH = 128
_REFLECTS = 2.0
"""No ground reflects more; numbers above it are not reflectance as it is."""

_SURE = 0.6


def _score(values: RawArray, classes: Sequence[int], least: float) -> BoolArray:
    return np.asarray(np.isfinite(values) & (values >= least))


CLOUD_SCORE = Convention(
    "cs", -1, partial(_score, least=_SURE), f"Cloud Score+ of at least {_SURE} usable"
)
"""Google's Cloud Score+, 0 to 1; the threshold is the one of its documentation."""

MASKS = {
    "scl": SCL, "qa60": QA60, "qa_pixel": QA_PIXEL, "fmask": FMASK, "cs": CLOUD_SCORE,
    "cs_cdf": CLOUD_SCORE, **{c.suffix[1:].lower(): c for c in CONVENTIONS},
}  # fmt: skip
"""Masks by the name of their band, the best first."""

_NO_GROUND = re.compile(
    r"scl|qa\w*|msk_\w+|aot|wvp|tci_\w|st_\w+|sr_(?:qa|atmos|cloud)\w*|fmask|cs(?:_cdf)?|angle|"
    r"(?:sun|view)\w*|[sv][az]a|(?:is_?)?(?:cloud|clear|mask|shadow)\w*|probability|data_?mask",
    re.IGNORECASE,
)
"""Bands of exports that are no reflectance; they stay in the files as they are."""

_SURFACE = re.compile(r"sr_b(\d)", re.IGNORECASE)
_OLD = re.compile(r"L[ET]0?[457]")


@dataclass(frozen=True)
class Header:
    """The bands of a file by name."""

    bands: dict[str, int]
    """1-based, reflectance only."""
    rule: str
    """How they were named: description, order or position."""
    mask: Optional[tuple[int, Convention]] = None
    """1-based band that says what is clear."""
    meaning: Optional[tuple[float, float]] = None
    """Scale and offset, where the names tell them."""


def header_of(raster: Raster) -> Header:
    """What the bands of a file are, by its descriptions and its name."""
    said = [(text or "").strip() for text in raster.descriptions]
    places = {text.lower(): i for i, text in enumerate(said, start=1)}
    mask = next(((places[name], MASKS[name]) for name in MASKS if name in places), None)
    ground = [i for i, text in enumerate(said) if is_ground(text)]
    if not ground or not all(said):
        names, rule = name_bands(raster.descriptions)
        return Header({name: i + 1 for i, name in enumerate(names)}, rule)
    surface = {i: _SURFACE.fullmatch(said[i]) for i in ground}
    if all(surface.values()):
        table = TM if _OLD.search(raster.path.name.upper()) else OLI
        own = {i: table.get(f"B{m.group(1)}") for i, m in surface.items() if m}
        bands = {name: i + 1 for i, name in own.items() if name}
        return Header(bands, "description", mask, None if _says(raster) else (SCALE, OFFSET))
    names, rule = name_bands([raster.descriptions[i] for i in ground])
    return Header({name: ground[i] + 1 for i, name in enumerate(names)}, rule, mask)


def is_ground(name: str) -> bool:
    """Whether a band may hold reflectance, by its name."""
    return _NO_GROUND.fullmatch(name) is None


def scale_of(rasters: Sequence[Raster]) -> float:
    """Reflectance per number of files that do not say: 1e-4 as products hold them, else 1."""
    silent = [raster for raster in rasters if not _says(raster)]
    if not silent or np.issubdtype(np.dtype(silent[0].dtype), np.integer):
        return 1e-4
    for raster in silent:
        numbers = _middle(raster)
        known = numbers[np.isfinite(numbers) & (numbers != raster.nodata) & (numbers != 0)]
        if known.size:
            return 1e-4 if np.median(known) > _REFLECTS else 1.0
    return 1.0


def meaning_of(raster: Raster, header: Header, scale: float) -> tuple[float, float]:
    """Scale and offset of a file: declared, told by its names, or those of its neighbours."""
    if _says(raster):
        return raster.scale, raster.offset
    return header.meaning or (scale, 0.0)


def _says(raster: Raster) -> bool:
    return raster.scale != 1.0 or raster.offset != 0.0


def _middle(raster: Raster) -> RawArray:
    """Pixels in the middle of a file."""
    grid, rasters = raster.grid, Rasters(raster.grid)
    height, width = min(_PATCH, grid.height), min(_PATCH, grid.width)
    row, col = (grid.height - height) // 2, (grid.width - width) // 2
    try:
        return rasters.read(raster, Window(row, col, height, width))
    finally:
        rasters.close()
