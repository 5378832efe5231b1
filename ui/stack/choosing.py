"""Choosing a stack: the selected layers, a folder, or the example."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsRasterLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject, QProcess, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ..worker.client import NO_PYTHON
from ..worker.python_env import engine_environment, engine_python
from ..worker.scratch import scratch_folder
from .fetch_dialog import FetchDialog
from .layer_entries import entries_of
from .source import StackSource


class Choosing(QObject):
    """Asks the person and tells what they chose."""

    chosen = pyqtSignal(object)
    """A `StackSource`."""
    busy = pyqtSignal(str)
    """What is being waited for."""
    said = pyqtSignal(str, object)
    """A sentence and its `Qgis.MessageLevel`."""

    def __init__(self, iface: QgisInterface, window: QWidget) -> None:
        super().__init__(window)
        self._iface, self._window = iface, window
        self._example: Optional[QProcess] = None
        self.getting: Optional[FetchDialog] = None
        self._folder = Path()

    def close(self) -> None:
        """Stop making the example, and getting images."""
        if self.getting is not None:
            self.getting.abandon()
            self.getting = None
        self._stop_example()

    def _stop_example(self) -> None:
        if self._example is not None:
            self._example.finished.disconnect(self._made)
            self._example.kill()
            self._example.waitForFinished(500)

    def take_layers(self) -> None:
        """Take the layers that are selected in the Layers panel."""
        layers = self._iface.layerTreeView().selectedLayersRecursive()
        layers = [layer for layer in layers if isinstance(layer, QgsRasterLayer)]
        entries, names = entries_of(layers)
        if entries:
            self.chosen.emit(StackSource.of_entries(entries))
        if names:
            elsewhere = ", ".join(names)
            text = self.tr("Left out, not a file on this computer: {}.").format(elsewhere)
            self.said.emit(text, Qgis.MessageLevel.Warning)
        elif not entries:
            text = self.tr("Select raster layers in the Layers panel first, one for each date.")
            self.said.emit(text, Qgis.MessageLevel.Warning)

    def take_folder(self) -> None:
        """Ask for a folder."""
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Folder of images"))
        if folder:
            self.open_folder(Path(folder))

    def take_file(self) -> None:
        """Ask for a file that holds several images, or lists them."""
        kinds = self.tr("Images and lists of images (*.nc *.json *.zip *.tar *.tif *.vrt)")
        file, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("File with images"), "", f"{kinds};;{self.tr('All files')} (*)"
        )
        if file:
            self.open_folder(Path(file))

    def open_folder(self, folder: Path) -> None:
        """Take the images of a folder, or of a file."""
        try:
            source = StackSource.of_folder(folder)
        except OSError as error:
            text = self.tr("The folder {} cannot be read ({}).").format(folder, error.strerror)
            self.said.emit(text, Qgis.MessageLevel.Critical)
            return
        self.chosen.emit(source)

    def get_images(self) -> None:
        """Ask what is wanted of the area that the map shows, and get it."""
        if self.getting is None:
            self.getting = FetchDialog(self._iface.mapCanvas(), self._window)
            self.getting.fetched.connect(self._got)
        self.getting.show()
        self.getting.raise_()

    def make_example(self) -> None:
        """Make a small simulated stack and take it."""
        python = engine_python()
        if python is None:
            self.said.emit(NO_PYTHON, Qgis.MessageLevel.Warning)
            return
        self._stop_example()
        self._folder = scratch_folder("stack") / "example"
        self._example = QProcess(self)
        self._example.setProcessEnvironment(engine_environment())
        self._example.finished.connect(self._made)
        self.busy.emit(self.tr("Making the example..."))
        self._example.start(str(python), ["-m", "kairos.engine", "sample", str(self._folder)])

    def _got(self, folder: Path, warning: str) -> None:
        self.open_folder(folder)
        if warning:
            self.said.emit(warning, Qgis.MessageLevel.Warning)

    def _made(self) -> None:
        self._example = None
        self.open_folder(self._folder)
