"""The settings of Kairos, under one prefix."""

from __future__ import annotations

import os
from typing import Optional

from qgis.core import QgsSettings

PREFIX = "kairos/"


def setting(name: str) -> Optional[str]:
    """A setting; the environment variable KAIROS_<NAME> goes before it."""
    value = os.environ.get(f"KAIROS_{name.upper()}") or QgsSettings().value(PREFIX + name, "")
    return str(value) or None


def set_setting(name: str, value: str) -> None:
    """Remember a setting."""
    QgsSettings().setValue(PREFIX + name, value)
