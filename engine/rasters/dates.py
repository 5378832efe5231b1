"""Finding the date of an image in its name."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Optional

import numpy as np

_PATTERNS = (
    ("YYYYMMDD", re.compile(r"(?<!\d)(\d{8})(?!\d)"), "%Y%m%d"),
    ("YYYY-MM-DD", re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)"), "%Y-%m-%d"),
    ("YYYYDDD", re.compile(r"(?<!\d)(\d{7})(?!\d)"), "%Y%j"),
)
_YEARS = range(1972, 2100)  # Landsat 1 to the end of the century


def date_in_name(name: str) -> Optional[tuple[np.datetime64, str]]:
    """The first valid date in a file name, and the rule that found it.

    Args:
        name: a file name, such as `S2A_20190208T105151.tif` or `HLS.2019039.tif`.

    Returns:
        The day (datetime64[D]) and one of YYYYMMDD, YYYY-MM-DD, YYYYDDD; None if there is none.
    """
    for rule, pattern, form in _PATTERNS:
        for match in pattern.finditer(name):
            day = _parse(match.group(1), form)
            if day is not None:
                return np.datetime64(day, "D"), rule
    return None


def _parse(text: str, form: str) -> Optional[date]:
    try:
        day = datetime.strptime(text, form).date()  # a calendar day has no zone
    except ValueError:
        return None
    # Day 366 of a common year would be read as the first day of the next.
    return day if day.year in _YEARS and day.strftime(form) == text else None
