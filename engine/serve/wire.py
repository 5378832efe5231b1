"""How a message of the protocol travels: as one line of JSON, written and read strictly.

QGIS's own Python imports this module, as it does `protocol`: only the standard library is used.
"""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Union, get_args, get_origin, get_type_hints

from kairos.engine.protocol import MESSAGES, Message

LONGEST = 1_000_000
"""Characters that a line may have."""


class ProtocolError(Exception):
    """A line that is no message, or a message that cannot be a line. Says so in one sentence."""


_TYPES: dict[str, type[Message]] = {message.__name__.lower(): message for message in MESSAGES}
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
