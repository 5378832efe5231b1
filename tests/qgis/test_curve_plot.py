"""The plot of the curves, on the same axis as the slider."""

from __future__ import annotations

import csv
import math
import time

import pytest
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor, QImage, QPalette
from qgis.PyQt.QtTest import QTest

from kairos.ui.curve.export import as_text
from kairos.ui.curve.plot import CurvePlot
from kairos.ui.curve.read import between
from kairos.ui.model import Curve, CurvePoint, RadarPoint
from kairos.ui.timeline.axis import TimeAxis

from .time_data import curve, day, move


@pytest.fixture
def plot(qtbot):
    axis = TimeAxis()
    axis.set_days(day(0).toordinal(), day(364).toordinal())
    axis.set_margins(50, 12)
    plot = CurvePlot(axis)
    qtbot.addWidget(plot)
    axis.setParent(plot)
    plot.resize(900, 300)
    plot.show()
    qtbot.waitExposed(plot)
    return plot


def test_an_empty_plot_says_what_to_do(plot):
    assert plot._hint.isVisible()
    plot.set_waiting(True)
    assert "Reading" in plot._hint.text()
    plot.set_waiting(False)
    assert "Click" in plot._hint.text()
    plot.show_preview(curve())
    assert not plot._hint.isVisible()
    plot.show_preview(None)
    assert plot._hint.isVisible()


def test_the_main_curve_is_replaced_and_pins_stay(plot):
    plot.set_curve(curve("one"))
    plot.pin(curve("a <b>"))
    plot.pin(curve("b"))
    plot.set_curve(curve("two"))
    assert [c.label for c in plot.curves()] == ["two", "a <b>", "b"]
    text = plot.legend.text()
    assert "two" in text
    assert "a&nbsp;&lt;b&gt;" in text
    assert "one" not in text
    plot.clear_pins()
    assert [c.label for c in plot.curves()] == ["two"]


def test_a_preview_is_no_curve_of_its_own(plot):
    plot.show_preview(curve())
    assert plot.curves() == []
    plot.set_curve(curve())
    assert plot._preview.curve is None


def test_a_press_and_drag_move_the_date(plot):
    picked = []
    plot.dayPicked.connect(picked.append)
    view, axis = plot.view.viewport(), plot._axis
    at = [round(axis.x(day(n).toordinal(), plot.view.width())) for n in (50, 150, 250)]
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(at[0], 80))
    for x in at[1:]:
        move(view, x, 90, held=True)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(at[2], 90))
    assert picked == [day(n).toordinal() for n in (50, 150, 250)]
    move(view, at[0], 90)
    assert len(picked) == 3


def test_the_reading_stays_inside_and_goes_away(plot):
    plot.set_curve(curve())
    for x in (60, 450, 860):
        move(plot.view.viewport(), x, 80)
        assert plot._reading.isVisible()
        assert plot.view.rect().contains(plot._reading.geometry())
    plot.view.hovered.emit(None)
    assert not plot._reading.isVisible()


def test_values_out_of_the_ordinary_stretch_the_axis(plot):
    plot.set_curve(curve())
    _, (bottom, top) = plot.view.view.viewRange()
    assert bottom < 0
    assert 1 < top < 1.3
    wild = CurvePoint(day(3), -0.6, -1e9, math.inf, "reconstructed")
    plot.set_curve(Curve("EVI", "wild", (wild,)))
    _, (bottom, _) = plot.view.view.viewRange()
    assert -2.5 < bottom < -0.6


def test_points_without_numbers_are_left_out(plot):
    empty = CurvePoint(day(3), math.nan, math.nan, math.nan, "masked")
    plot.set_curve(Curve("NDVI", "empty", (empty,)))
    plot.grab()
    plot.set_curve(Curve("NDVI", "none"))
    plot.grab()


def test_the_theme_follows_the_palette(plot):
    plot.set_curve(curve())
    palette = QPalette(plot.palette())
    palette.setColor(QPalette.ColorRole.Base, QColor("#202020"))
    palette.setColor(QPalette.ColorRole.Text, QColor("#eeeeee"))
    plot.setPalette(palette)
    picture = plot.view.grab().toImage()
    assert QColor(picture.pixel(3, 3)).name() == "#202020"


def test_a_long_curve_redraws_within_a_frame(plot):
    plot.set_curve(curve("warm", 150))
    plot.pin(curve("pin", 150))
    plot.grab()
    previews = [curve(f"p{n}", 150) for n in range(10)]
    took = []
    for n in range(10):
        start = time.perf_counter()
        plot.show_preview(previews[n])
        plot.view.viewport().repaint()
        took.append(time.perf_counter() - start)
    print(took)
    assert sorted(took)[5] < 0.016


def test_the_table_has_every_point(plot, tmp_path):
    plot.set_curve(curve("one, with comma", 20))
    plot.pin(curve("é", 20, "EVI"))
    plot.export_csv(tmp_path / "c.csv")
    with open(tmp_path / "c.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 80
    assert rows[0]["curve"] == "one, with comma"
    assert rows[-1]["index"] == "EVI"
    assert {row["kind"] for row in rows} == {"observed", "masked", "reconstructed"}
    assert [p.name for p in tmp_path.iterdir()] == ["c.csv"]
    with pytest.raises(OSError, match="nowhere"):
        plot.export_csv(tmp_path / "nowhere" / "c.csv")


def test_the_picture_is_sharp_and_drawn(plot, tmp_path):
    plot.set_curve(curve())
    plot.export_png(tmp_path / "c.png")
    picture = QImage(str(tmp_path / "c.png"))
    assert picture.width() > 2 * plot.width()
    white = plot.palette().base().color().rgb()
    assert {picture.pixel(3, y) for y in (3, picture.height() - 3)} == {white}
    colors = {picture.pixel(x, picture.height() // 2) for x in range(0, picture.width(), 2)}
    assert len(colors) > 5
    with pytest.raises(OSError, match="could not"):
        plot.export_png(tmp_path / "nowhere" / "c.png")


def test_between_two_points_the_line_is_straight():
    a = CurvePoint(day(0), 0.2, 0.1, 0.3, "reconstructed")
    b = CurvePoint(day(4), 0.6, 0.5, 0.9, "reconstructed")
    middle = between([a, b], day(1).toordinal())
    assert (middle.value, middle.lower, middle.upper) == pytest.approx((0.3, 0.2, 0.45))
    assert between([a, b], day(9).toordinal()) is None
    assert between([a, b], day(4).toordinal()).value == 0.6


def radar_curve():
    """A year with one season, and radar every twelve days."""
    points = [
        CurvePoint(day(n), v, v - 0.02, v + 0.02, "reconstructed")
        for n, v in ((n, 0.2 + 0.6 * math.exp(-(((n - 180) / 50) ** 2))) for n in range(0, 365, 5))
    ]
    radar = [RadarPoint(day(n), -10.0, -17.0 if n else math.nan) for n in range(0, 365, 12)]
    return Curve("NDVI", "field", tuple(points), tuple(radar))


def test_radar_is_shown_on_request_with_its_own_scale(plot):
    plot.set_curve(radar_curve())
    assert "VV" not in plot.legend.text()
    plot.set_radar(True)
    assert "VV" in plot.legend.text()
    low, high = plot.view.heights
    _, heights = plot._radar._lines[0].getData()
    assert heights == pytest.approx(low + (high - low) * 20 / 30)
    move(plot.view.viewport(), 450, 80)
    assert "VV −10.0 dB, VH −17.0 dB" in plot._reading.text()
    plot.set_curve(curve())
    assert "VV" not in plot.legend.text()
    plot.set_radar(False)


def test_seasons_are_marked_on_request(plot):
    plot.set_curve(radar_curve())
    assert plot._seasons.seasons == ()
    plot.set_seasons(True)
    (season,) = plot._seasons.seasons
    assert day(170).toordinal() < season.peak < day(190).toordinal()
    words = plot.legend.text().replace("&nbsp;", " ")
    assert "start" in words
    assert "peak 2 Jul" in words
    assert [len(mark.data) for mark in plot._seasons._marks] == [1, 1, 1]
    plot.set_curve(None)
    assert plot._seasons.seasons == ()


def test_pins_have_names_and_keep_their_colours(plot):
    for label in ("a", "b", "c"):
        plot.pin(curve(label))
    colors = [color.name() for _, color in plot.pins()]
    plot.rename_pin(1, "Wood")
    plot.unpin(0)
    assert [(c.label, color.name()) for c, color in plot.pins()] == [
        ("Wood", colors[1]),
        ("c", colors[2]),
    ]
    plot.pin(curve("d"))
    assert plot.pins()[-1][1].name() == colors[0]  # the colour that is free again


def test_a_wide_doubt_does_not_flatten_the_curve(plot):
    points = (
        CurvePoint(day(0), 0.3, -0.9, 1.5, "reconstructed"),
        CurvePoint(day(9), 0.7, 0.6, 0.8, "reconstructed"),
    )
    plot.set_curve(Curve("NDVI", "x", points))
    assert plot.view.heights == (0.0, 1.0)


@pytest.mark.parametrize("scale", [1e-3, 0.2, 30.0, 1e4])
def test_a_formula_has_a_scale_of_its_own(plot, scale):
    points = tuple(CurvePoint(day(n), n * scale, n * scale, n * scale, "observed") for n in (0, 1))
    plot.set_curve(Curve("B08 * 2", "x", points))
    low, high = plot.view.heights
    assert low == 0
    assert scale <= high <= 2.6 * max(scale, 0.02)
    ticks = plot.view.getPlotItem().getAxis("left")._tickLevels[0]
    assert 2 <= len(ticks) <= 7
    assert len({text for _, text in ticks}) == len(ticks)


def test_the_legend_is_short_in_a_narrow_dock(plot, qtbot):
    plot.set_curve(curve())
    assert "rejected" in plot.legend.text()
    plot.resize(20 * plot.fontMetrics().height(), 300)
    qtbot.waitUntil(lambda: "rejected" not in plot.legend.text())


def test_the_table_of_the_clipboard_has_the_radar(plot):
    text = as_text([radar_curve()])
    rows = [line.split("\t") for line in text.splitlines()]
    assert rows[0][0] == "curve"
    assert {row[1] for row in rows[1:]} == {"NDVI", "VV", "VH"}
    assert ["field", "VH", "2018-01-03", "", "", "", "radar"] in rows
