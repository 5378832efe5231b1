"""Simulated Sentinel stacks whose truth is known on every day, clouds or not."""

from __future__ import annotations

from .scene import Scene, simulate
from .spectra import BANDS
from .world import World

__all__ = ["BANDS", "Scene", "World", "simulate"]
