"""The public acts of the engine, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Union

from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.clear import SCL_USABLE
from kairos.engine.curve.pixel import curve_at
from kairos.engine.frame.day import frame_at
from kairos.engine.readers import open_path
from kairos.engine.stack import Stack

__all__ = ["CleanOptions", "curve_at", "frame_at", "open_stack", "remove_clouds"]


def open_stack(
    path: Union[str, Path], scl_usable: Sequence[int] = SCL_USABLE, *, detector: bool = True
) -> Stack:
    """Open a time series; nothing but headers is read.

    Args:
        path: a folder, an archive or a file of images (see `kairos.engine.readers`).
        scl_usable: the Sen2Cor classes that count as clear.
        detector: whether the clouds of images without a mask are to be found.

    Raises:
        KairosError: the path is missing or holds no stack.
    """
    return open_path(Path(path), scl_usable, detector=detector)
