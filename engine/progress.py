"""Telling how far a run is. A listener cancels a run by raising CancelledError."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called between steps of a run."""

    def __call__(self, stage: str, done: float) -> None:
        """A stage in a word (`reading`, `cleaning`, ...) and the share of the run done, 0..1."""


def silent(stage: str, done: float) -> None:
    """Listen to nothing."""


class Stage:
    """The part of a run from one share to another, told in its own 0..1."""

    def __init__(self, progress: Progress, name: str, start: float, end: float) -> None:
        self._progress, self._name, self._start, self._end = progress, name, start, end

    def __call__(self, done: float) -> None:
        """Report that this share of the stage is done."""
        self._progress(self._name, self._start + (self._end - self._start) * min(done, 1.0))

    def part(self, start: float, end: float) -> Stage:
        """The part of the stage from one share of it to another."""
        size = self._end - self._start
        return Stage(
            self._progress, self._name, self._start + start * size, self._start + end * size
        )


class Steps:
    """A stage that is done after so many equal steps."""

    def __init__(self, told: Stage, count: int) -> None:
        self._told, self._count, self._done = told, max(count, 1), 0

    def next(self) -> None:
        """One more step is done."""
        self._done += 1
        self._told(self._done / self._count)

    def current(self) -> Stage:
        """The step that comes, told in its own 0..1."""
        return self._told.part(self._done / self._count, (self._done + 1) / self._count)
