"""Layers that are not as they should be, and the table of dates, which can mend some of it."""

from __future__ import annotations

import shutil
from pathlib import Path

from hands import OUTPUT, STACK, check, dock, in_dialog, messages, press, told, wait
from osgeo import gdal
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtWidgets import QAction, QDialog, QTableWidget, QToolButton
from qgis.utils import iface


def survive_undated_layers() -> None:
    """A folder without a dated image: a sentence, and dates given by hand open it."""
    folder = _empty("undated")
    for i, image in enumerate(_images()[:3]):
        shutil.copyfile(image, folder / f"image {'abc'[i]}.tif")
    iface.messageBar().clearWidgets()
    dock().open_folder(folder)
    told("date")

    def give(dialog: QDialog) -> None:
        table = dialog.findChild(QTableWidget)
        for row in range(3):
            check(table.item(row, 0).text() == "", "There is a date.")
            table.item(row, 0).setText(f"2020-05-0{row + 1}")
        dialog.accept()

    keep = in_dialog(give)
    press("Give dates...")
    keep.stop()
    wait(lambda: dock().session.info is not None, "The dated images do not open.", 60)
    check(dock().session.info["dates"][0] == "2020-05-01", "The date is another.")


def explain_mixed_layers() -> None:
    """Layers in another CRS, without masks, without a date, not on disk: each is named."""
    project, folder = QgsProject.instance(), _empty("mixed")
    files = [shutil.copyfile(f, folder / f.name) for f in _images()[:5]]
    files[2].unlink()
    gdal.Warp(str(files[2]), str(_images()[2]), dstSRS="EPSG:4326")
    files.append(shutil.copyfile(files[0], folder / "undated.tif"))
    files.append(shutil.copyfile(files[0], folder / "gone.tif"))
    layers = [QgsRasterLayer(str(file), file.stem) for file in files]
    project.addMapLayers(layers)
    files[-1].unlink()
    view = iface.layerTreeView()
    view.selectionModel().clear()
    for layer in layers:
        node = project.layerTreeRoot().findLayer(layer.id())
        index = view.node2index(node)
        view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    _action("Use the selected layers").trigger()
    words = ("not a file on this computer: gone", "On another grid", "No mask", "no date in the")
    wait(
        lambda: all(any(word in text for text in messages()) for word in words),
        f"Not all is explained: {words}",
        30,
    )
    wait(lambda: dock().session.info is not None, "The layers do not open.", 30)
    check(len(dock().session.info["frames"]) == 5, "The layers are others.")
    project.removeMapLayers([layer.id() for layer in layers])
    iface.messageBar().clearWidgets()
    dock().open_folder(Path(STACK or ""))
    wait(lambda: dock().session.info is not None, "The stack does not open any more.", 60)


def mend_dates() -> None:
    """Leave an image out and give another one a date; it shows, and can be taken back."""
    before = dock().session.info["dates"]

    def edit(dialog: QDialog) -> None:
        table = dialog.findChild(QTableWidget)
        check(table.rowCount() == len(dock().album.source.entries), "Images are missing.")
        check("YYYY" in table.item(0, 3).text(), "The rule of the date is not told.")
        check("%" in table.item(0, 1).text(), "The clear share is not told.")
        table.item(0, 0).setText("2001-01-01")
        table.item(1, 0).setCheckState(Qt.CheckState.Unchecked)
        table.item(2, 0).setText("no date at all")
        check(table.item(2, 0).text() == before[2], "What is no date was taken.")
        dialog.grab().save(str(OUTPUT / "dates.png"))
        dialog.accept()

    _dates(edit)
    dates = dock().session.info["dates"]
    check(dates[0] == "2001-01-01", "The given date is not there.")
    check(before[1] not in dates, "The image was not left out.")
    check(len(dock().album.acquisitions()) == len(before), "Its bar does not stay.")

    def take_back(dialog: QDialog) -> None:
        table = dialog.findChild(QTableWidget)
        table.item(0, 0).setText("")
        table.item(1, 0).setCheckState(Qt.CheckState.Checked)
        dialog.accept()

    _dates(take_back)
    check(dock().session.info["dates"] == before, "The edits cannot be taken back.")


def _dates(do: object) -> None:
    keep = in_dialog(do)
    press("Dates...", QToolButton)
    keep.stop()
    wait(lambda: dock().session.info is not None, "The stack does not open after that.", 60)


def _action(text: str) -> QAction:
    return next(a for a in dock().findChildren(QAction) if a.text() == text)


def _images() -> list[Path]:
    files = sorted(Path(STACK or "").glob("S2*.tif"))
    return [f for f in files if not f.stem.endswith(("_SCL", "_CLEAR", "_CLOUD", "_QA"))]


def _empty(name: str) -> Path:
    shutil.rmtree(OUTPUT / name, ignore_errors=True)
    (OUTPUT / name).mkdir()
    return OUTPUT / name
