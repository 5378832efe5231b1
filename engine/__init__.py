"""The engine of Kairos: clean a stack, rebuild a day, read a curve.

The four acts are loaded on first use, so that `kairos.engine.protocol` can be imported by a
Python that has neither rasterio nor torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kairos.engine.api import curve_at, frame_at, open_stack, remove_clouds

__all__ = ["curve_at", "frame_at", "open_stack", "remove_clouds"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # module attributes are of any type
    if name in __all__:
        return getattr(import_module("kairos.engine.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
