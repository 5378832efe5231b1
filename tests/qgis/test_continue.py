"""The dock offers to go on with a run that was broken off."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.PyQt.QtWidgets import QPushButton

from kairos.engine import reconstruct
from kairos.engine.api import open_stack
from kairos.engine.clean.left_over import broken_off
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.errors import CancelledError
from kairos.ui.session import Session
from kairos.ui.side_column import SideColumn


@pytest.fixture
def broken(make_stack, monkeypatch, tmp_path):
    """The folder of a run that was cancelled between two tiles, and its images."""
    monkeypatch.setattr(reconstruct, "_SIDES", (16, 16))
    made = make_stack(tmp_path / "stack", size=(44, 40))

    def told(stage, done):
        if stage == "filling" and done > 0.5:
            raise CancelledError("enough")

    with open_stack(made.folder) as stack, pytest.raises(CancelledError):
        remove_clouds(stack, tmp_path / "out", CleanOptions(), told)
    return made.folder, tmp_path / "out"


def words(side: SideColumn) -> set[str]:
    return {button.text() for button in side.findChildren(QPushButton)}


def test_the_button_offers_to_go_on(broken, qtbot, tmp_path):
    side = SideColumn()
    qtbot.addWidget(side)
    assert "Remove clouds" in words(side)
    side._output.setFilePath(str(broken[1]))
    assert "Continue removing clouds" in words(side)
    side._output.setFilePath(str(tmp_path))
    assert "Remove clouds" in words(side)


def test_the_request_goes_on_only_where_there_is_something(broken, tmp_path, qtbot):
    session = Session()
    session.folder = broken[0]
    try:
        assert session.clean_request(broken[1]).resume
        assert not session.clean_request(tmp_path / "new").resume
    finally:
        session.close()


def test_a_run_that_is_done_leaves_nothing_to_go_on_with(broken):
    assert broken_off(broken[1])
    with open_stack(broken[0]) as stack:
        remove_clouds(stack, broken[1], CleanOptions(resume=True))
    assert not broken_off(broken[1])
    assert not any(Path(broken[1]).glob(".*"))
