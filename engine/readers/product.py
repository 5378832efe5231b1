"""What the readers of products share: files named by a rule, grouped into images."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from kairos.engine.rasters.dates import date_in_name
from kairos.engine.readers.assemble import Found, stack_of
from kairos.engine.readers.place import Item, Place
from kairos.engine.readers.sentinel1 import radar_in
from kairos.engine.stack import Stack


@dataclass(frozen=True)
class Named:
    """A file whose name follows the rule of a product."""

    item: Item
    says: dict[str, str]
    """The parts of the name, in capitals; empty where the name does not say."""

    @property
    def day(self) -> Optional[tuple[np.datetime64, str]]:
        """The day in the name, and the rule that found it; None if it is no day."""
        return date_in_name(self.says["date"])


def named(items: Iterable[Item], rule: re.Pattern[str]) -> Iterator[Named]:
    """The files that follow a rule, which names the group `date`."""
    for item in items:
        match = rule.search(item.name)
        if match is not None:
            yield Named(item, {k: (v or "").upper() for k, v in match.groupdict().items()})


def dated(files: Iterable[Named], said: list[str]) -> list[Named]:
    """Those with a day; what is left out is said."""
    good: list[Named] = []
    bad: list[Named] = []
    for file in files:
        (good if file.day is not None else bad).append(file)
    if bad:
        said.append(f"Left out, no date in the name: {bad[0].item.name}{_more(bad)}.")
    return good


def grouped(files: Iterable[Named], *parts: str) -> dict[tuple[str, ...], list[Named]]:
    """Files by folder and some parts of their names."""
    groups: dict[tuple[str, ...], list[Named]] = {}
    for file in files:
        key = (str(file.item.inside.parent), *(file.says[part] for part in parts))
        groups.setdefault(key, []).append(file)
    return groups


def with_radar(found: Found, place: Place) -> Found:
    """What was found, with the radar images that lie there too."""
    radar, said = radar_in(place.items)
    return replace(found, radar=radar, warnings=[*found.warnings, *said])


def counted(number: int, thing: str) -> str:
    """`1 image`, `2 images`."""
    return f"{number} {thing}" + ("" if number == 1 else "s")


def number_in(text: str, pattern: str) -> list[float]:
    """The numbers that the first group of a pattern finds; what is no number is left out."""
    found = []
    for word in re.findall(pattern, text):
        try:
            found.append(float(word))
        except ValueError:
            continue
    return [number for number in found if np.isfinite(number)]


class ProductReader:
    """Reads products that are told by the names of their files."""

    name = ""
    rule = re.compile("")

    def recognises(self, place: Place) -> Optional[str]:
        """How many files follow the rule of the product."""
        files = sum(1 for _ in named(place.items, self.rule))
        return f"{counted(files, 'file')} named as in that product" if files else None

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack of the products. Raises KairosError where they are none."""
        return stack_of(place.path, with_radar(self.find(place), place), scl_usable)

    def find(self, place: Place) -> Found:
        """The images there."""
        raise NotImplementedError


def _more(files: Sequence[Named]) -> str:
    return f" and {len(files) - 1} more" if len(files) > 1 else ""
