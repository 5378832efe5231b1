"""The settings of Kairos, under one prefix."""

from __future__ import annotations

import os
from typing import Optional

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QObject, pyqtSignal

PREFIX = "kairos/"
NAMES = ("python", "device", "memory", "method", "clear_classes")
"""The Python of the engine; auto, cpu or cuda; GB for a run; the method that a stack opens with;
the Sen2Cor classes that count as clear, such as 4,5,6,7."""
OF_ENGINE = ("device", "clear_classes")
"""These reach the worker as environment variables KAIROS_<NAME>."""


class _Told(QObject):
    """Says that settings were changed."""

    changed = pyqtSignal()


TOLD = _Told()


def setting(name: str) -> Optional[str]:
    """A setting; the environment variable KAIROS_<NAME> goes before it."""
    value = os.environ.get(f"KAIROS_{name.upper()}") or QgsSettings().value(PREFIX + name, "")
    return str(value) or None


def set_setting(name: str, value: str) -> None:
    """Remember a setting."""
    QgsSettings().setValue(PREFIX + name, value)


def number_of(name: str) -> Optional[float]:
    """A setting that is a number above 0; None where it is not."""
    try:
        number = float(setting(name) or "")
    except ValueError:
        return None
    return number if number > 0 else None
