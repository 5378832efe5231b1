from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox, QTableWidget

from kairos.engine.curve.indices import indices_of
from kairos.ui.stack.album import Album
from kairos.ui.stack.dates_dialog import DatesDialog
from kairos.ui.stack.source import Entry, StackSource

NAMES = ("S2_20200101.tif", "S2_20200111.tif", "S2_20200111_b.tif", "plain.tif")


@pytest.fixture
def album():
    entries = tuple(Entry(Path("/stack") / name) for name in NAMES)
    made = Album(StackSource(Path("/stack"), entries))
    frames = [
        {"file": name, "date": date, "clear": clear, "date_rule": "YYYYMMDD", "mask_rule": "SCL"}
        for name, date, clear in zip(
            NAMES, ("2020-01-01", "2020-01-11", "2020-01-11"), (0.5, 0.2, 0.4)
        )
    ]
    made.learn({"frames": frames})
    return made


@pytest.fixture
def dialog(album, qtbot):
    made = DatesDialog(album)
    qtbot.addWidget(made)
    return made


def rows(dialog):
    table = dialog.findChild(QTableWidget)
    return {table.item(r, 2).text(): [table.item(r, c) for c in range(5)] for r in range(4)}


def test_a_day_that_is_left_out_keeps_its_bar(album):
    album.source = album.with_day(dt.date(2020, 1, 11), False)
    days = album.acquisitions()
    assert [(a.date.day, a.clear, a.included) for a in days] == [(1, 0.5, True), (11, 0.4, False)]
    assert [e.file.name for e in album.source.included] == [NAMES[0], NAMES[3]]
    album.source = album.with_day(dt.date(2020, 1, 11), True)
    assert all(a.included for a in album.acquisitions())


def test_the_table_shows_every_image_and_how_its_date_was_found(dialog):
    found = {name: [item.text() for item in items] for name, items in rows(dialog).items()}
    assert found[NAMES[0]] == ["2020-01-01", "50%", NAMES[0], "YYYYMMDD in the name", "SCL"]
    assert found["plain.tif"][0] == ""
    assert found["plain.tif"][3] == "nothing yet"


def test_nothing_edited_is_the_same_source(dialog, album):
    assert dialog.edited() == album.source


def test_edits_can_be_made_and_taken_back(album, dialog, qtbot):
    rows(dialog)["plain.tif"][0].setText("2020-02-03")
    rows(dialog)[NAMES[0]][0].setText("2019-12-31")
    assert rows(dialog)[NAMES[0]][3].text() == "you"
    rows(dialog)[NAMES[1]][0].setText("soon")
    assert rows(dialog)[NAMES[1]][3].text() == "YYYYMMDD in the name"
    rows(dialog)[NAMES[2]][0].setCheckState(Qt.CheckState.Unchecked)
    album.source = dialog.edited()
    by_name = {e.file.name: e for e in album.source.entries}
    assert by_name["plain.tif"].date == "2020-02-03"
    assert by_name[NAMES[0]].date == "2019-12-31"
    assert by_name[NAMES[1]].date is None
    assert not by_name[NAMES[2]].included
    again = DatesDialog(album)
    qtbot.addWidget(again)
    assert rows(again)[NAMES[0]][3].text() == "you"
    rows(again)[NAMES[0]][0].setText("")
    assert rows(again)[NAMES[0]][0].text() == "2020-01-01"
    assert {e.file.name: e for e in again.edited().entries}[NAMES[0]].date is None


def test_one_image_is_no_stack(dialog):
    okay = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    for name in NAMES[:3]:
        assert okay.isEnabled()
        rows(dialog)[name][0].setCheckState(Qt.CheckState.Unchecked)
    assert not okay.isEnabled()
    assert "two" in okay.toolTip()


def test_only_what_the_bands_allow_is_offered():
    assert indices_of(["B04", "B08"])[:2] == ["NDVI", "EVI2"]
    assert indices_of(["B03", "B8A"]) == ["GNDVI", "NDWI"]
    assert {"NDVI", "EVI", "NBR"} < set(indices_of(["B02", "B04", "B08", "B12"]))
    assert "NDMI" not in indices_of(["B02", "B04", "B08", "B12"])
    assert indices_of(["band1"]) == []
