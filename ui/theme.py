"""The colours of the time axis, taken from the palette so that dark themes look native."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.PyQt.QtGui import QColor, QPalette

_PINS = ("#d55e00", "#8a5bc4", "#0091a8", "#c2408c", "#b08900", "#7a6a5c")
"""Told apart also by people who confuse red and green."""
_CURVE = "#1b8050"
_RADAR = ("#4d7ea8", "#9a6fb0")
_CONTRAST = 100
"""Of 255: what text differs from its ground at least."""


@dataclass(frozen=True)
class Theme:
    """Colours with one meaning each."""

    base: QColor
    text: QColor
    muted: QColor
    """Words and marks that stand back."""
    faint: QColor
    """Lines that are hardly there."""
    bar: QColor
    """How clear a day was."""
    accent: QColor
    """The date that the map shows."""
    curve: QColor
    dark: bool

    def pin(self, number: int) -> QColor:
        """The colour of the pinned curve of this number, counted from 0."""
        return _lit(_PINS[number % len(_PINS)], self.dark)

    def radar(self, number: int) -> QColor:
        """The colour of VV (0) and of VH (1)."""
        return _lit(_RADAR[number], self.dark)


def theme_of(palette: QPalette) -> Theme:
    """The colours that suit a palette."""
    base = palette.color(QPalette.ColorRole.Base)
    dark = base.lightness() < 128
    text = _legible(palette, base)
    accent = palette.color(QPalette.ColorRole.Highlight)
    return Theme(
        base=base,
        text=text,
        muted=mixed(text, base, 0.40),
        faint=with_alpha(text, 0.13),  # seen through: style sheets paint other grounds
        bar=with_alpha(text, 0.42),
        accent=accent,
        curve=_lit(_CURVE, dark),
        dark=dark,
    )


def line_width(em: float) -> float:
    """The width of the date line, in pixels, for a font of this height."""
    return max(em * 0.1, 1.5)


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Between two colours: `share` of the other."""
    parts = zip(one.getRgb()[:3], other.getRgb()[:3])
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def with_alpha(color: QColor, alpha: float) -> QColor:
    """The colour, seen through."""
    thin = QColor(color)
    thin.setAlphaF(alpha)
    return thin


def _legible(palette: QPalette, base: QColor) -> QColor:
    """The colour of text; the dark themes of QGIS leave it black and mend it in a style sheet."""
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
        color = palette.color(role)
        if abs(color.lightness() - base.lightness()) > _CONTRAST:
            return color
    return QColor("#d4d4d4" if base.lightness() < 128 else "#202020")


def _lit(name: str, dark: bool) -> QColor:
    return mixed(QColor(name), QColor("white"), 0.4) if dark else QColor(name)
