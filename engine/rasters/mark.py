"""A mark in the images that Kairos cleaned, so that they are known when they are opened again.

It says which program made them, in XMP, where image files keep that (ISO 16684-1, `CreatorTool`).
The tags of the input stay as they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rasterio
from rasterio.io import MemoryFile
from rasterio.shutil import copy as raster_copy

_DOMAIN = "xml:XMP"
_TOOL = "Kairos, clouds removed"
_MARK = (
    f'<Metadata domain="{_DOMAIN}" format="xml"><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="{_TOOL}" />'
    "</rdf:RDF></x:xmpmeta></Metadata>"
)


def is_marked(dataset: Any) -> bool:  # noqa: ANN401  # rasterio is untyped
    """Whether an open image bears the mark."""
    return any(_TOOL in text for text in dataset.tags(ns=_DOMAIN).values())


def marked(source: str) -> str:
    """The same image with the mark, as a virtual raster; as it is where it has XMP of its own.

    Args:
        source: what GDAL opens. Raises what GDAL raises.
    """
    whole = str(Path(source).resolve()) if Path(source).exists() else source
    with rasterio.open(whole) as image:
        if image.tags(ns=_DOMAIN):
            return whole
        with MemoryFile(ext=".vrt") as memory:
            raster_copy(image, memory.name, driver="VRT")
            text = memory.read().decode("utf-8")
    start = text.index(">") + 1
    return f"{text[:start]}{_MARK}{text[start:]}"
