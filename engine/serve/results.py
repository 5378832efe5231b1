"""What the `result` of a `Done` holds: JSON objects, by the request that they answer."""

from __future__ import annotations

from typing import Optional, TypedDict


class FrameInfo(TypedDict):
    """One image of a stack."""

    date: str
    file: str
    """Name in the folder of the stack."""
    result: str
    """Name of its cleaned copy; no two images of a stack share one."""
    date_rule: str
    """How the date was found in the name."""
    mask: Optional[str]
    """Name of the file that says what is clear, if there is one."""
    mask_rule: str
    """What counts as usable, in words."""
    clear: float
    """Share of its pixels that are usable."""


class StackInfo(TypedDict):
    """What a stack holds; also what `kairos info --json` prints."""

    dates: list[str]
    bands: list[str]
    frames: list[FrameInfo]
    recognised: str
    """What the images were taken for, and why."""
    radar_dates: list[str]
    radar: str
    """Its unit, and how many orbits are known; empty where there is none."""
    crs: Optional[str]
    """Such as EPSG:32631, else WKT; None where the images do not say."""
    transform: list[float]
    """a, b, c, d, e, f: x = a col + b row + c and y = d col + e row + f."""
    width: int
    height: int
    default_model: str
    default_reason: str
    models: dict[str, str]
    """For each model `ready`, or why it cannot run here."""


class PrepareResult(TypedDict):
    """What is warm now."""

    model: str
    window: list[int]
    """As in the request; the whole of the images if it named none."""
    dates: list[str]
    """The days of which the frames are computed."""


class CleanResult(TypedDict):
    """What a cleaning made."""

    files: list[str]
    """The cleaned frames by date, those of an earlier run included."""
    kept: int
    """How many of them an earlier run had finished."""


class FetchResult(TypedDict):
    """What came from a catalogue."""

    folder: str
    """Where the images lie; it is a stack."""
    files: list[str]
    """The images by date, those of an earlier run included."""
    kept: int
    """How many of them an earlier run had finished."""
    missing: int
    """How many could not be read; the same request tries them again."""


class FrameResult(TypedDict):
    """A frame on disk."""

    file: str
    date: str
    """The day that was estimated: the nearest one for a day outside of the series."""
    observed: float
    """Share of its pixels that were observed on that day."""
    sigma: float
    """Median doubt of the others, reflectance."""


class OriginalResult(TypedDict):
    """A day as it was acquired."""

    file: str
    date: str


class PreviewResult(TypedDict):
    """A frame as the screen shows it."""

    file: str
    date: str
    """The day that was estimated."""
    size: list[int]
    """Height and width."""


class PointInfo(TypedDict):
    """One point of a curve."""

    date: str
    value: float
    lower: float
    """Nine times in ten the truth lies between lower and upper."""
    upper: float
    kind: str
    """observed, masked or reconstructed."""


class RadarInfo(TypedDict):
    """What the radar saw of a place on one day, in dB; None where it saw nothing."""

    date: str
    vv: Optional[float]
    vh: Optional[float]


class CurveResult(TypedDict):
    """The curve of a pixel, or of an area."""

    index: str
    row: int
    col: int
    """Of the pixel, or of the middle of the area."""
    points: list[PointInfo]
    """By date; of an area the means, lower and upper one deviation of its pixels away."""
    radar: list[RadarInfo]
    """By date."""
    pixels: int
    """More than one for an area."""
    complete: bool
    """False for a preview from which reconstructed days were left out."""


class MaskResult(TypedDict):
    """What counts as cloud on a day."""

    file: str
    """GeoTIFF: 0 usable or no data, 1 cloud by the mask, 2 painted cloud, 3 painted usable."""
    frames: list[str]
    """Names of the images of the day."""


class PaintResult(TypedDict):
    """What was painted."""

    files: list[str]
    """The brush files."""
    frames: list[FrameInfo]
    """The painted images as they count now."""


class ProveResult(TypedDict):
    """How far off a method is on ground that was hidden from it."""

    error: str
    """GeoTIFF of the error, reflectance: band 1 of the method, band 2 of linear interpolation."""
    page: str
    """The report, HTML."""
    model: str
    mae: float
    """Mean absolute error of the method, reflectance."""
    linear: float
    """That of linear interpolation on the same pixels."""
    ratio: float
    """The one divided by the other; nine times in ten between low and high."""
    low: float
    high: float
    pixels: int
    """Hidden looks that were compared."""
    dates: int
    """Days that they are of."""
    part: str
    """What was looked at: `whole`, `part` or `blocks` of the images."""
    simulated: bool
    """Whether the stack had too few clouds of its own to hide ground with."""
