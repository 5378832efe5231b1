"""Which device the person wants; torch is not needed to know."""

from __future__ import annotations

import os

VARIABLE = "KAIROS_DEVICE"
"""`auto`, `cpu` or `cuda`; `--device` sets it."""


def wanted_device() -> str:
    """`auto`, `cpu` or `cuda`."""
    return os.environ.get(VARIABLE, "auto")
