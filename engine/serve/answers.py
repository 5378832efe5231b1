"""What the worker says: the answers of the protocol, which `protocol` hands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional


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
