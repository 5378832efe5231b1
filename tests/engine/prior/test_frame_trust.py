"""Days that are bad witnesses count for less, where that can be shown."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kairos.engine.prior.frame_trust import with_trust
from kairos.engine.prior.local_linear import choose_smoother
from kairos.engine.prior.looks import Looks

DAYS = np.arange(0, 300, 5).astype(np.float32)


def season(days):
    return 0.3 + 0.2 * np.sin(2 * np.pi * days / 300)[:, None, None]


def series(off):
    """Slow pixels with noise of their own; each frame is off by so much as a whole, (T,)."""
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 0.01, (len(DAYS), 2, 200))
    values = (season(DAYS) + noise + off[:, None, None]).astype(np.float32)
    clear = rng.random((len(DAYS), 200)) < 0.7
    clear[8, 5:] = False  # it shows too little to be judged
    return values * clear[:, None], clear


def chosen(values, clear, days=DAYS):
    looks = Looks.of(days, values, clear)
    known = clear & np.isfinite(np.stack([looks.distance(float(day)) for day in days]))
    smoother, estimate = choose_smoother(values, clear, days, looks.lines(days), known)
    return with_trust(smoother, estimate, values, clear, days)


def test_hazy_days_count_for_less():
    hazy = np.zeros(len(DAYS), bool)
    hazy[4::9] = True
    values, clear = series(np.where(hazy, np.random.default_rng(3).choice([-0.06, 0.06], 60), 0))
    smoother = chosen(values, clear)
    assert smoother is not None
    assert smoother.trust is not None
    assert smoother.trust[hazy].mean() < 0.3
    assert smoother.trust[~hazy].mean() > 0.6
    assert smoother.trust[8] == 1
    at = DAYS[~hazy] + 2
    line = Looks.of(DAYS, values, clear).lines(at)

    def error(smoother):
        return np.abs(smoother(values, clear, DAYS, at, line) - season(at)).mean()

    assert error(smoother) < 0.8 * error(dataclasses.replace(smoother, trust=None))


def test_where_every_day_is_off_in_its_own_way_nothing_is_gained():
    off = np.random.default_rng(4).normal(0, 0.03, len(DAYS))
    smoother = chosen(*series(off))
    assert smoother is not None
    assert smoother.trust is None


@pytest.mark.parametrize("count", [1, 2, 7, 9])
def test_a_few_days_prove_nothing(count):
    off = np.zeros(len(DAYS))
    off[6] = 0.06
    values, clear = series(off)
    smoother = chosen(values[:count], clear[:count], DAYS[:count])
    assert smoother is None or smoother.trust is None
