"""The errors that a person can meet: one sentence for them, details for the log."""

from __future__ import annotations


class KairosError(Exception):
    """Something a person can understand and mend.

    Args:
        message: one sentence: what is wrong, in which file, what to do.
        details: what the log should keep (the library's own words).
    """

    exit_code = 1

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class StackError(KairosError):
    """The stack as a whole cannot be used: no images, no dates, no clear ground."""


class ReadError(KairosError):
    """A file is missing, damaged or not what its name says."""


class BandError(KairosError):
    """A band that the question needs is not in the stack."""


class GridError(KairosError):
    """Two rasters cannot be brought onto one grid."""


class CatalogueError(KairosError):
    """A catalogue of images cannot be reached, understood, or has nothing that is asked for."""


class OutputError(KairosError):
    """The result cannot be written."""


class RequestError(KairosError):
    """The question lies outside of what the stack can answer."""


class ModelError(KairosError):
    """A model cannot run here."""


class ClusterError(KairosError):
    """A cluster does not answer, or its workers cannot do what is asked."""


class CancelledError(KairosError):
    """The person cancelled the run."""

    exit_code = 130
