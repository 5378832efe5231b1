"""The clear looks before and after a day, per pixel: what every interpolation stands on.

Both are kept apart on purpose. The last look before frame t and the next look after it never
hold frame t itself, so whatever is built from them is a leave-one-out value: the same on pixels
that frame t shows (to learn from) and on pixels that it hides (to fill).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.parallel import each

_LARGE = 1_000_000
"""Values from which on two threads are worth starting."""


@dataclass(frozen=True)
class Looks:
    """For each of T days the last clear look up to it and the next from it on."""

    days: FloatArray
    """(T,) days since 1970."""
    last: FloatArray
    """(T, C, ...) the latest clear value on day t or before; 0 where none."""
    last_day: FloatArray
    """(T, ...) its day; -inf where none."""
    next: FloatArray
    """(T, C, ...) the earliest clear value on day t or after; 0 where none."""
    next_day: FloatArray
    """(T, ...) its day; inf where none."""

    @classmethod
    def of(cls, days: FloatArray, values: FloatArray, clear: BoolArray) -> Looks:
        """Scan a series: days (T,), values (T, C, ...), clear (T, ...)."""
        order = range(len(days))
        scans = [(order, np.float32(-np.inf)), (order[::-1], np.float32(np.inf))]
        carry = partial(_carried, days, values, clear)
        found = each(carry, scans) if values.size > _LARGE else map(carry, scans)
        (last, last_day), (next_, next_day) = found
        return cls(days, last, last_day, next_, next_day)

    def of_pixels(self, some: slice) -> Looks:
        """Those of some of the pixels, counted row by row; (T, C, P)."""
        count = len(self.days)
        values = [v.reshape(*v.shape[:2], -1)[..., some] for v in (self.last, self.next)]
        days = [d.reshape(count, -1)[:, some] for d in (self.last_day, self.next_day)]
        return Looks(self.days, values[0], days[0], values[1], days[1])

    def before(self, day: float) -> tuple[FloatArray, FloatArray]:
        """The latest look strictly before a day, (C, ...), and its day (...)."""
        i = int(np.searchsorted(self.days, day, side="left")) - 1
        if i < 0:
            return np.zeros_like(self.last[0]), np.full_like(self.last_day[0], -np.inf)
        return self.last[i], self.last_day[i]

    def after(self, day: float) -> tuple[FloatArray, FloatArray]:
        """The earliest look strictly after a day, (C, ...), and its day (...)."""
        i = int(np.searchsorted(self.days, day, side="right"))
        if i == len(self.days):
            return np.zeros_like(self.next[0]), np.full_like(self.next_day[0], np.inf)
        return self.next[i], self.next_day[i]

    def linear(self, day: float) -> FloatArray:
        """The line between the looks around a day, (C, ...); the only look where there is one."""
        (v0, d0), (v1, d1) = self.before(day), self.after(day)
        with np.errstate(invalid="ignore"):
            share = (np.float32(day) - d0) / (d1 - d0)
        share = np.where(np.isinf(d1), 0, np.where(np.isinf(d0), 1, share)).astype(np.float32)
        line = v1 - v0
        line *= share
        line += v0
        return line

    def lines(self, days: FloatArray) -> FloatArray:
        """The lines of several days, (D, C, ...)."""
        if len(days) == 1:
            return self.linear(float(days[0]))[None]
        return np.stack([self.linear(float(day)) for day in days])

    def distance(self, day: float) -> FloatArray:
        """Days to the nearest other clear look, (...); inf where there is none."""
        return np.minimum(np.float32(day) - self.before(day)[1], self.after(day)[1] - day)


def _carried(
    days: FloatArray, values: FloatArray, clear: BoolArray, scan: tuple[range, np.float32]
) -> tuple[FloatArray, FloatArray]:
    """Each clear value and its day, carried on until the next one.

    A scan is the order of the dates and the day that stands for no look.
    """
    order, never = scan
    value = np.empty_like(values)
    day = np.where(clear, _column(days, clear), never)
    before = None
    for t in order:
        np.copyto(value[t], values[t])
        if before is not None:
            hidden = ~clear[t]
            np.copyto(value[t], value[before], where=hidden[None])
            np.copyto(day[t], day[before], where=hidden)
        before = t
    return value, day


def _column(days: FloatArray, like: BoolArray) -> FloatArray:
    return days.reshape((-1,) + (1,) * (like.ndim - 1))
