"""What a stack holds and what can run on it, as plain values."""

from __future__ import annotations

from kairos.engine.progress import Progress, silent
from kairos.engine.registry import default_model, readiness
from kairos.engine.serve.results import FrameInfo, StackInfo
from kairos.engine.stack import Frame, Stack


def describe(stack: Stack, progress: Progress = silent) -> StackInfo:
    """The facts of a stack, ready for JSON.

    Args:
        stack: the images; every frame is read for the share of it that is clear.
        progress: told between frames; may raise CancelledError.

    Raises:
        ReadError: if a file cannot be read.
    """
    model, reason = default_model()
    grid = stack.grid
    frames: list[FrameInfo] = []
    for i, frame in enumerate(stack.frames):
        progress("reading", i / len(stack.frames))
        frames.append(describe_frame(stack, frame))
    progress("done", 1.0)
    return {
        "dates": [str(date) for date in stack.dates],
        "bands": list(stack.bands),
        "frames": frames,
        "recognised": stack.recognised,
        "radar_dates": [str(date) for date in stack.radar_dates],
        "radar": stack.radar_rule,
        "crs": grid.crs.to_string() if grid.crs else None,
        "transform": [float(number) for number in grid.transform[:6]],
        "width": grid.width,
        "height": grid.height,
        "default_model": model,
        "default_reason": reason,
        "models": readiness(),
    }


def describe_frame(stack: Stack, frame: Frame) -> FrameInfo:
    """The facts of one image; its first band and its mask are read."""
    classes = ", ".join(str(code) for code in stack.scl_usable)
    return {
        "date": str(frame.date),
        "file": frame.path.name,
        "result": frame.name,
        "date_rule": frame.date_rule,
        "mask": frame.mask.raster.path.name if frame.mask else None,
        "mask_rule": frame.mask_rule.format(classes=classes),
        "clear": round(stack.clear_share(frame), 4),
    }
