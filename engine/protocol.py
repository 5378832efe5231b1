"""What QGIS and the worker say to each other: one JSON object per line, both ways.

QGIS sends requests to the worker's standard input and reads answers from its standard output.
The first answer is `Ready`. Each request that asks for work is answered by any number of
`Progress` and `Warning` and then by exactly one of `Done`, `Failed` and `Cancelled`; `Cancel` and
`Shutdown` have no answer of their own.

Days are text such as 2019-02-08, and so are paths; a line holds every field of its message, and
`results` says what a result holds. QGIS's own Python imports this module and has no rasterio:
only the standard library is used here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional, Union

from kairos.engine.serve.answers import (
    Answer as Answer,
)
from kairos.engine.serve.answers import (
    Cancelled as Cancelled,
)
from kairos.engine.serve.answers import (
    Done as Done,
)
from kairos.engine.serve.answers import (
    Failed as Failed,
)
from kairos.engine.serve.answers import (
    Progress as Progress,
)
from kairos.engine.serve.answers import (
    Ready as Ready,
)
from kairos.engine.serve.answers import (
    Reply as Reply,
)
from kairos.engine.serve.answers import (
    Warning as Warning,
)

PROTOCOL = 1
"""Counts up when a message changes."""

VERSION = "0.1.0"
"""Of Kairos. A worker of another version belongs to another installation."""

Rectangle = tuple[int, int, int, int]
"""First row, first column, height and width of a part of the images, in pixels."""


@dataclass(frozen=True)
class Request:
    """What QGIS asks for."""

    id: str
    """Chosen by the asker, different for each request; the answers carry it."""


@dataclass(frozen=True)
class StackRequest(Request):
    """A request that works on a stack and therefore takes its turn."""

    stack: str
    """Folder of the images."""


@dataclass(frozen=True)
class Open(StackRequest):
    """Ask what a stack holds. The result is a `StackInfo`."""


@dataclass(frozen=True)
class Prepare(StackRequest):
    """Make a stack warm, so that frames and curves are looked up. The result: `PrepareResult`."""

    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    window: Optional[Rectangle] = None
    """The part of the images that will be asked for; all of it if None."""


@dataclass(frozen=True)
class Clean(StackRequest):
    """Write a cleaned copy of every frame. The result is a `CleanResult`."""

    output: str
    """Folder for the cleaned frames, outside of the stack."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    first: Optional[str] = None
    """First day to clean; that of the stack if None."""
    last: Optional[str] = None
    """Last day to clean; that of the stack if None."""
    uncertainty: bool = False
    """Whether to write `<stem>_SIGMA.tif` beside each frame."""
    source: bool = False
    """Whether to write `<stem>_SOURCE.tif` beside each frame."""
    resume: bool = False
    """Keep the frames that an earlier run has finished."""
    overwrite: bool = False
    """Replace what is in the folder."""
    window: Optional[Rectangle] = None
    """The part of the images to write; all of it if None."""
    memory: Optional[float] = None
    """GB that the run may take; what suits the machine if None."""
    cluster: Optional[str] = None
    """Address of a Dask scheduler whose workers do the run; this machine if None."""
    cube: Optional[str] = None
    """File (.nc) or folder (.zarr) for one cube of all cleaned frames, if it is wanted."""
    stac: bool = False
    """Whether to write a STAC item beside each frame."""
    strokes: Optional[str] = None
    """File of strokes of the brush: only what they touch of the frames that are there already
    is done again, the rest stays as it is."""


@dataclass(frozen=True)
class Frame(StackRequest):
    """Write the frame of a day, acquired or not. The result is a `FrameResult`."""

    date: str
    """The day."""
    output: str
    """GeoTIFF to write, outside of the stack."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    uncertainty: bool = False
    """Whether to write `<stem>_SIGMA.tif` beside the frame."""
    window: Optional[Rectangle] = None
    """The part of the images that is wanted; all of it if None."""
    source: bool = False
    """Whether to write `<stem>_SOURCE.tif` beside the frame."""
    days: bool = False
    """Whether to write `<stem>_DAYS.tif` beside the frame: days to the nearest clear look."""


@dataclass(frozen=True)
class Original(StackRequest):
    """Write a day as its images show it, cloud and all. The result is an `OriginalResult`."""

    date: str
    """A day with an image."""
    output: str
    """GeoTIFF to write, outside of the stack."""
    window: Optional[Rectangle] = None
    """The part of the images that is wanted; all of it if None."""


@dataclass(frozen=True)
class Preview(StackRequest):
    """Write a frame as the screen shows it, quickly. The result is a `PreviewResult`."""

    date: str
    """The day."""
    output: str
    """File to write: an array (h, w, 4) of bytes in NumPy's format, blue, green, red, opacity."""
    bands: tuple[int, int, int]
    """Red, green and blue: 1-based places among the bands of the stack."""
    stretch: tuple[float, float, float, float, float, float]
    """Lowest and highest number of the files for each of them."""
    size: tuple[int, int]
    """Height and width that the screen has for it; no more than this is computed."""
    window: Optional[Rectangle] = None
    """The part of the images that is wanted; all of it if None."""
    model: Optional[str] = None
    """Name of the method; a learned one is stood in for by the best closed form."""


@dataclass(frozen=True)
class Curve(StackRequest):
    """Read the curve of an index at a point. The result is a `CurveResult`."""

    x: float
    """Easting or longitude."""
    y: float
    """Northing or latitude."""
    crs: Optional[str] = None
    """Reference system of the point; the stack's own, or longitude and latitude, if None."""
    index: str = "NDVI"
    """Name of the index, or a formula over bands."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    output: Optional[str] = None
    """CSV file to write, if any."""
    quick: bool = False
    """Only what is at hand, to be seen before the whole."""
    rough: bool = False
    """For a first look: where nothing is prepared the pixel may be a neighbour, and hidden days
    are answered from time alone."""


@dataclass(frozen=True)
class AreaCurve(StackRequest):
    """Read the mean curve of an index over a polygon. The result is a `CurveResult`."""

    area: str
    """Polygon, or several, as the geometry of GeoJSON."""
    crs: Optional[str] = None
    """Reference system of its coordinates; the stack's own if None."""
    index: str = "NDVI"
    """Name of the index, or a formula over bands."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    output: Optional[str] = None
    """CSV file to write, if any."""


@dataclass(frozen=True)
class Prove(StackRequest):
    """Hide clear ground, rebuild it and compare. The result is a `ProveResult`."""

    output: str
    """Folder for the error map and the report, outside of the stack."""
    model: Optional[str] = None
    """Name of the method; the best that can run here if None."""
    window: Optional[Rectangle] = None
    """The part of the images to look at; all of them if None."""


@dataclass(frozen=True)
class Fetch(StackRequest):
    """Get the images of an area from a catalogue into the folder. The result: `FetchResult`."""

    source: str
    """Name of a preset, address of a STAC API, or a file with STAC items."""
    area: Optional[tuple[float, float, float, float]] = None
    """West, south, east and north in degrees; needed for a search."""
    first: Optional[str] = None
    """First day; that of the catalogue if None."""
    last: Optional[str] = None
    """Last day; that of the catalogue if None."""
    cloud: float = 100.0
    """Most percent of cloud of a whole scene."""
    radar: bool = False
    """Whether Sentinel-1 is wanted, too."""
    resolution: Optional[float] = None
    """Metres of a pixel; those of the finest band if None."""


@dataclass(frozen=True)
class Mask(StackRequest):
    """Draw what counts as cloud on a day. The result is a `MaskResult`."""

    date: str
    """A day with an image."""
    output: str
    """GeoTIFF to write, outside of the stack."""
    image: Optional[str] = None
    """GeoTIFF to write of the day as it was acquired, in the bands of the stack; none if None."""


@dataclass(frozen=True)
class Paint(StackRequest):
    """Write strokes of the brush beside the images. The result is a `PaintResult`."""

    strokes: str
    """File of the strokes: `{day: [[value, radius, [[column, row], ...]], ...]}`, in pixels."""
    targets: Mapping[str, str]
    """For the name of each image of these days the brush file to write."""


@dataclass(frozen=True)
class Cancel(Request):
    """Stop a request that runs or waits; it answers `Cancelled`, or `Done` if it came first."""

    target: str
    """Its id."""


@dataclass(frozen=True)
class Shutdown(Request):
    """Cancel everything and end. The end of standard input says the same."""


Message = Union[Request, Answer]

MESSAGES: tuple[type[Message], ...] = (
    *(Open, Prepare, Clean, Frame, Original, Preview, Curve, AreaCurve, Prove, Fetch, Mask, Paint),
    *(Cancel, Shutdown),
    *(Ready, Progress, Warning, Done, Failed, Cancelled),
)
"""All that may travel."""
