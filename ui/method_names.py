"""What the methods are called."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication


def method_names() -> dict[str, str]:
    """By the names that the engine has for them."""
    return {
        "scene-regression": _tr("Scene regression"),
        "temporal": _tr("Temporal prior"),
        "linear": _tr("Linear interpolation"),
        "nearest": _tr("Nearest clear day"),
        "last": _tr("Last clear day"),
        "whittaker": _tr("Whittaker smoother"),
        "mosaic": _tr("Median mosaic"),
        "least-cloudy": _tr("Least cloudy frames"),
        "agflow": _tr("AGFlow"),
        "anytimeformer": _tr("AnytimeFormer"),
        "ms2tan": _tr("MS2TAN"),
        "seqdm": _tr("SeqDMs"),
        "stgan-cyclegan": _tr("STGAN and CycleGAN"),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("Methods", text)
