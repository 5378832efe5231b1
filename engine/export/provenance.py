"""What made an image: for people and programs that find it years later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

from kairos.engine.models.weights import file_of, fitted_file
from kairos.engine.protocol import VERSION
from kairos.engine.registry import CLOSED_FORMS


@dataclass(frozen=True)
class Provenance:
    """How, by what and when."""

    method: str
    version: str
    weights: Optional[str]
    """SHA-256 of the weights; None for methods that learn from the stack alone."""
    when: datetime

    @classmethod
    def of(cls, stack: Path, method: str) -> Provenance:
        """That of a cleaning which ends now.

        Args:
            stack: what was cleaned; weights that were fitted to it count before the bundled ones.
            method: its name.
        """
        weights = None
        if method not in CLOSED_FORMS:
            fitted = fitted_file(stack, method)
            file = fitted if fitted.exists() else file_of(method)
            weights = hashlib.sha256(file.read_bytes()).hexdigest()
        return cls(method, VERSION, weights, datetime.now(timezone.utc).replace(microsecond=0))

    @property
    def stamp(self) -> str:
        """When, as 2026-11-21T12:00:00Z."""
        return self.when.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def sentence(self) -> str:
        """All of it for people."""
        return (
            f"Clouds filled by Kairos {self.version} with the method {self.method}; pixels that "
            "were clear are unchanged."
        )
