"""Where the worker's requests are answered; the stacks of the last ones stay warm."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Optional

from kairos.engine import protocol
from kairos.engine.api import open_stack
from kairos.engine.brush import mend
from kairos.engine.brush.redo import redo
from kairos.engine.clean.run import CleanOptions
from kairos.engine.clear import chosen_classes
from kairos.engine.curve.area import curve_of_area
from kairos.engine.curve.glance import Glance
from kairos.engine.curve.pixel import Curve, curve_at, curve_result
from kairos.engine.export.run import Exports, clean_and_export
from kairos.engine.frame.day import frame_at
from kairos.engine.frame.original import write_original
from kairos.engine.frame.preview import Previews
from kairos.engine.progress import Progress, Stage
from kairos.engine.rasters.fingerprint import Fingerprint, fingerprint
from kairos.engine.reconstruct import Reconstruction, fits
from kairos.engine.registry import default_model
from kairos.engine.serve import results
from kairos.engine.serve.given import day_of, window_on
from kairos.engine.shell.info import describe
from kairos.engine.stac.command import answer as fetched
from kairos.engine.stack import Stack

_KEPT = 2
"""Stacks that stay warm."""

_LEARN = 0.6
"""Share of a request at which the method is fitted, as in `frame_at`."""


@dataclass(frozen=True)
class _Listener:
    """Whom to tell while a request is worked on."""

    progress: Progress
    warn: Callable[[str], None]


class Desk:
    """Answers one request after the other."""

    def __init__(self) -> None:
        self._warm: OrderedDict[tuple[Path, str], tuple[Fingerprint, Reconstruction]] = (
            OrderedDict()
        )
        self._previews = Previews()
        self._glance = Glance()

    def answer(
        self, request: protocol.StackRequest, progress: Progress, warn: Callable[[str], None]
    ) -> Mapping[str, Any]:
        """The result of a request, as `results` describes it.

        Args:
            request: what is asked.
            progress: told between steps; may raise CancelledError.
            warn: told what there is to know about the result, each time in one sentence.

        Raises:
            KairosError: whatever keeps the request from being answered.
        """
        listener = _Listener(progress, warn)
        if isinstance(request, protocol.Open):
            return self._open(request, listener)
        if isinstance(request, protocol.Prepare):
            return self._prepare(request, listener)
        if isinstance(request, protocol.Clean):
            return self._clean(request, listener)
        if isinstance(request, protocol.Frame):
            return self._frame(request, listener)
        if isinstance(request, protocol.Original):
            return self._original(request, listener)
        if isinstance(request, protocol.Preview):
            return self._preview(request, listener)
        if isinstance(request, protocol.Curve):
            return self._curve(request, listener)
        if isinstance(request, protocol.AreaCurve):
            return self._area_curve(request, listener)
        if isinstance(request, protocol.Fetch):
            days = [day_of(d) if d is not None else None for d in (request.first, request.last)]
            return fetched(request, (days[0], days[1]), progress, warn)
        if isinstance(request, (protocol.Mask, protocol.Paint)):
            with _opened(request.stack, listener) as stack:
                answer = mend.answer(request, stack, listener.progress)
            if isinstance(request, protocol.Paint):  # nothing that is warm has seen the paint
                for key in [k for k in self._warm if k[0] == Path(request.stack).resolve()]:
                    self._drop(key)
            return answer
        if isinstance(request, protocol.Prove):
            return self._prove(request, listener)
        raise TypeError(f"nobody answers {type(request).__name__}")

    def look_ahead(self) -> bool:
        """Prepare a little of what may be asked next; whether there was anything to do."""
        return self._glance.look_ahead()

    def close(self) -> None:
        """Close the files of all warm stacks."""
        self._glance.forget()
        for _, ready in self._warm.values():
            ready.stack.close()
        self._warm.clear()
        self._previews.close()

    def _open(self, request: protocol.Open, listener: _Listener) -> results.StackInfo:
        key = _as_found(request.stack)
        with _opened(request.stack, listener) as stack:
            found = describe(stack, listener.progress)
        if not fits(stack):  # what fits is prepared whole when its first frame is asked for
            self._glance.expect(key, stack)
        return found

    def _prepare(self, request: protocol.Prepare, listener: _Listener) -> results.PrepareResult:
        ready = self._ready(request.stack, request.model, listener)
        window = window_on(request.window, ready.stack.grid) or ready.stack.grid.whole
        tiles, dates = ready.tiles(window), ready.stack.dates
        told = Stage(listener.progress, "preparing", _LEARN, 1)
        for i, tile in enumerate(tiles):
            told(i / len(tiles))
            prepared = ready.prepared(tile)
            steps = len(dates) + 1
            for d, day in enumerate(dates):
                told((i + d / steps) / len(tiles))
                prepared.frame(day)
            told((i + len(dates) / steps) / len(tiles))
            _ = prepared.as_seen  # read once, for the curves
        told(1)
        return {
            "model": ready.model,
            "window": [window.row, window.col, window.height, window.width],
            "dates": [str(day) for day in dates],
        }

    def _clean(self, request: protocol.Clean, listener: _Listener) -> results.CleanResult:
        options = CleanOptions(
            model=request.model,
            first=day_of(request.first) if request.first is not None else None,
            last=day_of(request.last) if request.last is not None else None,
            uncertainty=request.uncertainty,
            source=request.source,
            resume=request.resume,
            overwrite=request.overwrite,
            memory=request.memory,
            cluster=request.cluster,
        )
        with _opened(request.stack, listener) as stack:
            options = replace(options, window=window_on(request.window, stack.grid))
            if request.strokes is not None:
                windows = mend.strokes_touch(stack, Path(request.strokes))
                again = redo(stack, Path(request.output), windows, request.model, listener.progress)
                return {"files": [str(file) for file in again], "kept": 0}
            cube = Path(request.cube) if request.cube is not None else None
            made = clean_and_export(
                stack, Path(request.output), options, Exports(cube, request.stac), listener.progress
            )
        return {"files": [str(file) for file in made.files], "kept": made.kept}

    def _frame(self, request: protocol.Frame, listener: _Listener) -> results.FrameResult:
        day, output = day_of(request.date), Path(request.output)
        ready = self._ready(request.stack, request.model, listener)
        made = frame_at(
            ready,
            day,
            output,
            uncertainty=request.uncertainty,
            source=request.source,
            days=request.days,
            window=window_on(request.window, ready.stack.grid),
            progress=listener.progress,
        )
        if made.warning:
            listener.warn(made.warning)
        return {
            "file": str(made.file),
            "date": str(made.date),
            "observed": made.observed,
            "sigma": made.sigma,
        }

    def _original(self, request: protocol.Original, listener: _Listener) -> results.OriginalResult:
        with open_stack(request.stack, chosen_classes()) as stack:
            told = Stage(listener.progress, "reading", 0, 1)
            window = window_on(request.window, stack.grid)
            write_original(stack, day_of(request.date), Path(request.output), window, told)
        return {"file": request.output, "date": request.date}

    def _preview(self, request: protocol.Preview, listener: _Listener) -> results.PreviewResult:
        day_of(request.date)
        key = _as_found(request.stack)

        def opened() -> Stack:
            # What there is to warn of was said when it was opened.
            stack = open_stack(key[0], chosen_classes())
            window_on(request.window, stack.grid)
            return stack

        return self._previews.answer(request, key, opened, listener.progress)

    def _curve(self, request: protocol.Curve, listener: _Listener) -> results.CurveResult:
        output = Path(request.output) if request.output is not None else None
        if request.rough:
            rough = self._rough(request)
            if rough is not None:
                return curve_result(rough)
        ready = self._ready(request.stack, request.model, listener)
        curve = curve_at(
            ready,
            request.x,
            request.y,
            crs=request.crs,
            index=request.index,
            output=output,
            quick=request.quick,
            progress=listener.progress,
        )
        return curve_result(curve)

    def _rough(self, request: protocol.Curve) -> Optional[Curve]:
        """The curve of a place that is not prepared, from what was read ahead."""
        key = _as_found(request.stack)
        place = request.x, request.y, request.crs
        known, ready = self._warm.get((key[0], request.model or default_model()[0]), (None, None))
        if ready is not None and known == key[1]:
            if ready.is_prepared(*ready.stack.grid.pixel_at(*place)):
                return None
            self._glance.expect(key, ready.stack)
        return self._glance.curve(key, *place, request.index)

    def _area_curve(self, request: protocol.AreaCurve, listener: _Listener) -> results.CurveResult:
        curve = curve_of_area(
            self._ready(request.stack, request.model, listener),
            request.area,
            crs=request.crs,
            index=request.index,
            output=Path(request.output) if request.output is not None else None,
            progress=listener.progress,
        )
        return curve_result(curve)

    def _prove(self, request: protocol.Prove, listener: _Listener) -> results.ProveResult:
        from kairos.engine.evaluate.prove import prove, result_of  # its libraries are heavy

        with _opened(request.stack, listener) as stack:
            window = window_on(request.window, stack.grid)
            output = Path(request.output)
            return result_of(prove(stack, output, request.model, window, listener.progress))

    def _ready(self, path: str, model: Optional[str], listener: _Listener) -> Reconstruction:
        """The stack with its method: warm, or opened and fitted now."""
        folder, found = _as_found(path)
        key = (folder, model or default_model()[0])
        if key in self._warm:
            known, ready = self._warm[key]
            if known == found:
                self._warm.move_to_end(key)
                return ready
            self._drop(key)
        learn = Stage(listener.progress, "learning", 0, _LEARN)
        stack = _opened(path, listener)
        try:
            ready = Reconstruction.of(stack, key[1], lambda _, done: learn(done))
        except BaseException:
            stack.close()
            raise
        self._warm[key] = (found, ready)
        if len(self._warm) > _KEPT:
            self._drop(next(iter(self._warm)))
        return ready

    def _drop(self, key: tuple[Path, str]) -> None:
        self._warm.pop(key)[1].stack.close()


def _opened(path: str, listener: _Listener) -> Stack:
    stack = open_stack(path, chosen_classes())
    for warning in stack.warnings:
        listener.warn(warning)
    return stack


def _as_found(path: str) -> tuple[Path, Fingerprint]:
    """A folder and its files as they are now; before they are read, so that a change counts."""
    folder = Path(path).resolve()
    return folder, fingerprint(folder)
