"""What the command line takes as a day, a span, a list: text in, values out.

Each raises ArgumentTypeError where the text is none; argparse makes a sentence of it.
"""

from __future__ import annotations

import argparse
from typing import Optional

import numpy as np

from kairos.engine.registry import JUDGED


def day(text: str) -> np.datetime64:
    """A day such as 2019-02-08."""
    try:
        found = np.datetime64(text, "D")
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no date such as 2019-02-08") from error
    if np.isnat(found) or len(text) != len("YYYY-MM-DD"):
        raise argparse.ArgumentTypeError(f"{text} is no date such as 2019-02-08")
    return found


def span(text: str) -> tuple[Optional[np.datetime64], Optional[np.datetime64]]:
    """First and last day, `A:B`; either may be missing."""
    first, colon, last = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"{text} is no span such as 2019-02-01:2019-03-31")
    return (day(first) if first else None), (day(last) if last else None)


def metres(text: str) -> float:
    """Metres of a pixel."""
    try:
        found = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no number of metres") from error
    if not 1 <= found <= 10_000:
        raise argparse.ArgumentTypeError("pixels have 1 to 10000 metres")
    return found


def models(text: str) -> tuple[str, ...]:
    """Names of models, `a,b,...`."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in JUDGED]
    if unknown or not names:
        raise argparse.ArgumentTypeError(
            f"unknown model {', '.join(unknown) or text!r}; the models are {', '.join(JUDGED)}"
        )
    return names


def classes(text: str) -> tuple[int, ...]:
    """Sen2Cor classes, `4,5,6,7`."""
    try:
        codes = tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no list such as 4,5,6,7") from error
    if not all(0 <= c <= 11 for c in codes):
        raise argparse.ArgumentTypeError("Sen2Cor classes run from 0 to 11")
    return codes


def size(text: str) -> int:
    """Pixels along a side."""
    pixels = int(text) if text.isdigit() else 0
    if not 32 <= pixels <= 4096:
        raise argparse.ArgumentTypeError(f"{text} is no size between 32 and 4096 pixels")
    return pixels


def degrees(text: str) -> float:
    """A longitude or latitude."""
    try:
        number = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no number of degrees") from error
    if not -180 <= number <= 180:
        raise argparse.ArgumentTypeError(f"{text} is no number of degrees")
    return number


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers, `512,1024`."""
    parts = text.split(",")
    if not all(part.isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"{text} is no list such as 512,1024")
    return tuple(map(int, parts))
