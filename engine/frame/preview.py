"""Frames as a screen shows them, made quickly and often: what the canvas follows while the slider
moves.

The first question of a view reads the images once at the size of the screen and prepares them;
from then on a day takes a tenth of a second. One view is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np

from kairos.engine.arrays import ByteArray, DateArray, FloatArray
from kairos.engine.errors import OutputError, RequestError
from kairos.engine.frame.prepared import Prepared
from kairos.engine.frame.reduced import read_all, reduced
from kairos.engine.progress import Progress, Stage
from kairos.engine.protocol import Preview
from kairos.engine.rasters.encode import Encoding
from kairos.engine.rasters.grid import Window
from kairos.engine.reconstruct import Reconstruction, nearest_day
from kairos.engine.registry import CLOSED_FORMS, QUICK
from kairos.engine.serve.results import PreviewResult
from kairos.engine.stack import Stack

_READ, _LEARN = 0.5, 0.7
_MOST_VALUES = 48_000_000
"""Dates x bands x pixels of a view: 512 x 512 pixels of 60 dates in colour."""


@dataclass(frozen=True)
class View:
    """A reduced stack, prepared."""

    stack: Stack
    parts: tuple[Prepared, ...]
    encoding: Encoding

    def picture(self, day: np.datetime64, bands: list[int], stretch: list[float]) -> ByteArray:
        """The frame of a day as the screen shows it, (h, w, 4): blue, green, red, opacity.

        Args:
            day: inside of the series.
            bands: places of red, green and blue among the bands.
            stretch: lowest and highest number of the files for each of them.
        """
        grid = self.stack.grid
        picture = np.zeros((grid.height, grid.width, 4), np.uint8)
        days: DateArray = np.array([day])
        for part in self.parts:
            mean = part.estimates(days)[0].mean[0]
            seen = ~np.isnan(mean[0])
            out = picture[part.window.slices]
            out[..., 3] = seen * np.uint8(255)
            for place, band in enumerate(bands):
                low, high = stretch[2 * place : 2 * place + 2]
                out[..., 2 - place] = self._shown(mean[band], low, high) * seen
        return picture

    def _shown(self, mean: FloatArray, low: float, high: float) -> ByteArray:
        numbers = (np.nan_to_num(mean) - self.encoding.offset) / self.encoding.scale
        return np.asarray(np.clip((numbers - low) * (255 / (high - low)), 0, 255), np.uint8)


class Previews:
    """Answers previews; the view of the last one stays prepared."""

    def __init__(self) -> None:
        self._key: Any = None
        self._view: Optional[View] = None

    def answer(
        self, request: Preview, key: object, opened: Callable[[], Stack], progress: Progress
    ) -> PreviewResult:
        """Write the picture of a day.

        Args:
            request: what is asked.
            key: other than before where the images are.
            opened: gives the stack, which is closed here.
            progress: told between steps; may raise CancelledError.

        Raises:
            RequestError: the day is too far outside of the series, or the view is not on it.
            OutputError: the file cannot be written.
        """
        places = list(dict.fromkeys(b - 1 for b in request.bands))
        key = (key, request.window, request.size, tuple(places), request.model)
        if self._view is None or key != self._key:
            self.close()
            self._view, self._key = _view(request, places, opened(), progress), key
        view = self._view
        day, _ = nearest_day(view.stack, np.datetime64(request.date, "D"))
        picture = view.picture(
            day, [places.index(b - 1) for b in request.bands], list(request.stretch)
        )
        output = Path(request.output)
        try:
            np.save(output, picture)
        except OSError as error:
            raise OutputError(f"{output.name} cannot be written: {error}.") from error
        height, width = picture.shape[:2]
        return {"file": str(output), "date": str(day), "size": [height, width]}

    def close(self) -> None:
        """Forget the view."""
        if self._view is not None:
            self._view.stack.close()
        self._view = self._key = None


def _view(request: Preview, places: list[int], stack: Stack, progress: Progress) -> View:
    """Read and prepare what a screen shows of a stack."""
    with stack:
        if not all(0 <= place < len(stack.bands) for place in places):
            raise RequestError(f"The images have {len(stack.bands)} bands, no others.")
        area = Window(*request.window) if request.window else stack.grid.whole
        small = reduced(stack, area, *_size(request, area, stack, len(places)), places)
        read_all(small, Stage(progress, "reading", 0, _READ))
        learn = Stage(progress, "learning", _READ, _LEARN)
        model = request.model if request.model in CLOSED_FORMS else QUICK
        ready = Reconstruction.of(small, model, lambda _, done: learn(done))
        told, parts = Stage(progress, "preparing", _LEARN, 1), []
        windows = ready.tiles()
        for i, window in enumerate(windows):
            told(i / len(windows))
            parts.append(ready.prepare(window))
        small.close()  # all of it is in the parts now
        told(1)
        return View(small, tuple(parts), Encoding.of(stack.frames[0]))


def _size(request: Preview, area: Window, stack: Stack, bands: int) -> tuple[int, int]:
    """Height and width: those of the screen, no more than there is, and no more than fits."""
    height, width = (min(a, b) for a, b in zip(request.size, (area.height, area.width)))
    values = max(height * width * bands * len(stack.dates), 1)
    factor = min(1.0, (_MOST_VALUES / values) ** 0.5)
    return max(1, int(height * factor)), max(1, int(width * factor))
