"""What QGIS and the worker say to each other: one JSON object per line, both ways.

QGIS sends requests to the worker's standard input and reads answers from its standard output.
The first answer is `Ready`. Each request that asks for work is answered by any number of
`Progress` and `Warning` and then by exactly one of `Done`, `Failed` and `Cancelled`; `Cancel` and
`Shutdown` have no answer of their own.

Days are text such as 2019-02-08, and so are paths; a line holds every field of its message, and
`results` says what a result holds. QGIS's own Python imports this module and has no rasterio:
only the standard library is used here.
"""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Optional, Union, get_args, get_origin, get_type_hints

PROTOCOL = 1
"""Counts up when a message changes."""

VERSION = "0.1.0"
"""Of Kairos. A worker of another version belongs to another installation."""

LONGEST = 1_000_000
"""Characters that a line may have."""

Rectangle = tuple[int, int, int, int]
"""First row, first column, height and width of a part of the images, in pixels."""


class ProtocolError(Exception):
    """A line that is no message, or a message that cannot be a line. Says so in one sentence."""


@dataclass(frozen=True)
class Request:
    """What QGIS asks for."""

    id: str
    """Chosen by the asker, different for each request; the answers carry it."""


@dataclass(frozen=True)
class StackRequest(Request):
    """A request that works on a stack and therefore takes its turn."""

    stack: str
    """Folder of the images."""


@dataclass(frozen=True)
class Open(StackRequest):
    """Ask what a stack holds. The result is a `StackInfo`."""


@dataclass(frozen=True)
class Prepare(StackRequest):
    """Make a stack warm, so that frames and curves are looked up. The result: `PrepareResult`."""

    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    window: Optional[Rectangle] = None
    """The part of the images that will be asked for; all of it if None."""


@dataclass(frozen=True)
class Clean(StackRequest):
    """Write a cleaned copy of every frame. The result is a `CleanResult`."""

    output: str
    """Folder for the cleaned frames, outside of the stack."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    first: Optional[str] = None
    """First day to clean; that of the stack if None."""
    last: Optional[str] = None
    """Last day to clean; that of the stack if None."""
    uncertainty: bool = False
    """Whether to write `<stem>_SIGMA.tif` beside each frame."""
    source: bool = False
    """Whether to write `<stem>_SOURCE.tif` beside each frame."""
    resume: bool = False
    """Keep the frames that an earlier run has finished."""
    overwrite: bool = False
    """Replace what is in the folder."""
    window: Optional[Rectangle] = None
    """The part of the images to write; all of it if None."""


@dataclass(frozen=True)
class Frame(StackRequest):
    """Write the frame of a day, acquired or not. The result is a `FrameResult`."""

    date: str
    """The day."""
    output: str
    """GeoTIFF to write, outside of the stack."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    uncertainty: bool = False
    """Whether to write `<stem>_SIGMA.tif` beside the frame."""
    window: Optional[Rectangle] = None
    """The part of the images that is wanted; all of it if None."""


@dataclass(frozen=True)
class Curve(StackRequest):
    """Read the curve of an index at a point. The result is a `CurveResult`."""

    x: float
    """Easting or longitude."""
    y: float
    """Northing or latitude."""
    crs: Optional[str] = None
    """Reference system of the point; the stack's own, or longitude and latitude, if None."""
    index: str = "NDVI"
    """Name of the index."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    output: Optional[str] = None
    """CSV file to write, if any."""


@dataclass(frozen=True)
class Cancel(Request):
    """Stop a request that runs or waits; it answers `Cancelled`, or `Done` if it came first."""

    target: str
    """Its id."""


@dataclass(frozen=True)
class Shutdown(Request):
    """Cancel everything and end. The end of standard input says the same."""


@dataclass(frozen=True)
class Answer:
    """What the worker says."""


@dataclass(frozen=True)
class Ready(Answer):
    """The worker has started."""

    protocol: int
    """Its `PROTOCOL`."""
    version: str
    """Its `VERSION`."""
    python: str
    """Version of its Python."""
    models: Mapping[str, str]
    """For each model `ready`, or why it cannot run here."""


@dataclass(frozen=True)
class Reply(Answer):
    """An answer to a request."""

    id: str
    """Of the request."""


@dataclass(frozen=True)
class Progress(Reply):
    """How far a request is: sent between twice and ten times a second while it runs."""

    stage: str
    """What is being done, in a word."""
    done: float
    """Share of the request that is done, 0 to 1."""
    remaining: Optional[float]
    """Seconds that the rest will take; None as long as nobody knows."""


@dataclass(frozen=True)
class Warning(Reply):
    """Something to know about a result."""

    message: str
    """One sentence."""


@dataclass(frozen=True)
class Done(Reply):
    """A request has been answered."""

    result: Mapping[str, Any]
    """What the request names as its result."""


@dataclass(frozen=True)
class Failed(Reply):
    """A request could not be answered; the id is empty where it could not even be read."""

    kind: str
    """Class of the exception."""
    message: str
    """One sentence for the person: what is wrong, in which file, what to do."""
    details: str
    """For the log."""


@dataclass(frozen=True)
class Cancelled(Reply):
    """A request was stopped. Files that were finished stay."""


Message = Union[Request, Answer]

_TYPES: dict[str, type[Message]] = {
    message.__name__.lower(): message
    for message in (
        *(Open, Prepare, Clean, Frame, Curve, Cancel, Shutdown),
        *(Ready, Progress, Warning, Done, Failed, Cancelled),
    )
}
_FIELDS = {name: get_type_hints(message) for name, message in _TYPES.items()}


def encode(message: Message) -> str:
    """A message as one line, without its end.

    Raises:
        ProtocolError: it holds what JSON does not know (NaN for one), or it is too long.
    """
    name = type(message).__name__.lower()
    if _TYPES.get(name) is not type(message):
        raise ProtocolError(f"{type(message).__name__} is no message of its own.")
    values = {field.name: getattr(message, field.name) for field in fields(message)}
    try:
        line = json.dumps({"type": name, **values}, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProtocolError(f"The message {name} cannot be written as JSON: {error}.") from error
    if len(line) > LONGEST:
        raise ProtocolError(f"The message {name} is longer than {LONGEST} characters.")
    return line


def decode(line: Union[str, bytes]) -> Message:
    """The message of a line; bytes are UTF-8.

    Raises:
        ProtocolError: it is not exactly what `encode` writes.
    """
    if len(line) > LONGEST:
        raise ProtocolError(f"The line is longer than {LONGEST} characters.")
    try:
        text = line if isinstance(line, str) else line.decode("utf-8")
        values = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"The line is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise ProtocolError("The line is no JSON object.")
    name = values.pop("type", None)
    if not isinstance(name, str) or name not in _TYPES:
        raise ProtocolError(f"There is no message of type {reprlib.repr(name)}.")
    return _built(name, values)


def _built(name: str, values: dict[str, Any]) -> Message:
    hints = _FIELDS[name]
    for field in hints.keys() ^ values.keys():
        verb = "lacks the" if field in hints else "has no"
        raise ProtocolError(f"The message {name} {verb} field {reprlib.repr(field)}.")
    checked = {}
    for field, hint in hints.items():
        try:
            checked[field] = _checked(values[field], hint)
        except (TypeError, OverflowError):
            raise ProtocolError(
                f"The field {field} of {name} cannot be {reprlib.repr(values[field])}."
            ) from None
    return _TYPES[name](**checked)


def _checked(value: Any, hint: Any) -> Any:  # noqa: ANN401  # of whatever type the field has
    """A JSON value as the value of a field; TypeError if it is of another type."""
    outer, inner = get_origin(hint), get_args(hint)
    if hint is Any or (outer is Union and value is None):  # a Union is always an Optional
        return value
    if outer is Union:
        return _checked(value, inner[0])
    if outer is tuple and isinstance(value, list) and len(value) == len(inner):
        return tuple(_checked(item, part) for item, part in zip(value, inner))
    if outer is Mapping and isinstance(value, dict):
        return {key: _checked(item, inner[1]) for key, item in value.items()}
    if hint is float and type(value) is int:  # JSON does not tell 1 from 1.0
        return float(value)
    if type(value) is hint:  # not isinstance: True is an int
        return value
    raise TypeError


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{reprlib.repr(text)} is no number")
    return number
