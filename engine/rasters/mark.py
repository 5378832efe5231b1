"""A mark in the images that Kairos cleaned, so that they are known when they are opened again.

It says which program made them, in XMP, where image files keep that (ISO 16684-1, `CreatorTool`).
The tags of the input stay as they are, and so does XMP of its own: it gets a note.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rasterio
from rasterio.io import MemoryFile
from rasterio.shutil import copy as raster_copy

from kairos.engine.rasters.gdal import GDAL_ERRORS

_DOMAIN = "xml:XMP"
_TOOL = "Kairos, clouds removed"
_NOTE = (
    '<rdf:Description rdf:about="" xmlns:kairos="https://github.com/kairos-eo/kairos" '
    f'kairos:CreatorTool="{_TOOL}" />'
)
_MARK = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="{_TOOL}" />'
    "</rdf:RDF></x:xmpmeta>"
)
_END = "</rdf:RDF>"


def is_marked(dataset: Any) -> bool:  # noqa: ANN401  # rasterio is untyped
    """Whether an open image bears the mark."""
    return any(_TOOL in text for text in dataset.tags(ns=_DOMAIN).values())


def marked(source: str) -> str:
    """The same image with the mark, as a virtual raster; XMP of its own stays and gets a note.

    Args:
        source: what GDAL opens. Raises what GDAL raises.
    """
    whole = str(Path(source).resolve()) if Path(source).exists() else source
    with rasterio.open(whole) as image:
        own = "".join(image.tags(ns=_DOMAIN).values())
        if own and (_TOOL in own or own.count(_END) != 1):  # marked, or nothing to add it to
            return whole
        with MemoryFile(ext=".vrt") as memory:
            raster_copy(image, memory.name, driver="VRT")
            text = memory.read().decode("utf-8")
    mark = own[own.index("<") :].replace(_END, _NOTE + _END) if own else _MARK
    start = text.index(">") + 1
    told = f'<Metadata domain="{_DOMAIN}" format="xml">{mark}</Metadata>'
    made = f"{text[:start]}{told}{text[start:]}"
    return made if not own or _opens(made) else whole


def _opens(text: str) -> bool:
    """Whether a virtual raster is one: XMP of others may be no XML."""
    try:
        with rasterio.open(text) as image:
            return is_marked(image)
    except GDAL_ERRORS:
        return False
