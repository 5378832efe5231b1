"""The pixels of a stack: where they lie on the Earth, and how to cut them into tiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import Optional

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.transform import array_bounds
from rasterio.warp import transform as warp_points
from rasterio.warp import transform_bounds

from kairos.engine.errors import RequestError
from kairos.engine.rasters.gdal import GDAL_ERRORS

_SMALL = 96 * 96
"""Pixels of a window."""


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels: first row and column, height and width."""

    row: int
    col: int
    height: int
    width: int

    @property
    def is_small(self) -> bool:
        """Whether it is read so quickly that threads cost more than they bring."""
        return self.height * self.width < _SMALL

    @property
    def slices(self) -> tuple[slice, slice]:
        """The rectangle as (rows, columns)."""
        return (
            slice(self.row, self.row + self.height),
            slice(self.col, self.col + self.width),
        )

    def grown(self, margin: int, height: int, width: int) -> Window:
        """The rectangle with a margin on every side, cut at the rim of (height, width)."""
        row, col = max(0, self.row - margin), max(0, self.col - margin)
        return Window(
            row,
            col,
            min(height, self.row + self.height + margin) - row,
            min(width, self.col + self.width + margin) - col,
        )

    def inside(self, outer: Window) -> Window:
        """The same rectangle, counted from the corner of a larger one."""
        return Window(self.row - outer.row, self.col - outer.col, self.height, self.width)

    def contains(self, row: int, col: int) -> bool:
        """Whether a pixel lies in the rectangle."""
        return self.row <= row < self.row + self.height and self.col <= col < self.col + self.width

    def within(self, outer: Window) -> tuple[slice, slice]:
        """Where this rectangle lies inside a larger one, as slices of the larger."""
        row, col = self.row - outer.row, self.col - outer.col
        return slice(row, row + self.height), slice(col, col + self.width)


@dataclass(frozen=True)
class Grid:
    """The reference system, the transform and the size that all frames of a stack share."""

    crs: Optional[CRS]
    transform: Affine
    width: int
    height: int

    @property
    def whole(self) -> Window:
        """All pixels."""
        return Window(0, 0, self.height, self.width)

    def cut(self, area: Window) -> Grid:
        """The grid of a part of the images."""
        moved = self.transform * Affine.translation(area.col, area.row)
        return Grid(self.crs, moved, area.width, area.height)

    def area_of(self, other: Grid) -> Window:
        """The part of this grid that another one covers, or its first pixel where it does not."""
        left, bottom, right, top = array_bounds(other.height, other.width, other.transform)
        if self.crs is not None and other.crs is not None and self.crs != other.crs:
            left, bottom, right, top = transform_bounds(
                other.crs, self.crs, left, bottom, right, top
            )
        corners = [~self.transform * point for point in ((left, top), (right, bottom))]
        (x0, x1), (y0, y1) = (sorted(values) for values in zip(*corners))
        col, row = min(max(0, floor(x0)), self.width - 1), min(max(0, floor(y0)), self.height - 1)
        height, width = min(self.height, ceil(y1)) - row, min(self.width, ceil(x1)) - col
        return Window(row, col, max(height, 1), max(width, 1))

    def overlaps(self, other: Grid) -> bool:
        """Whether two grids share ground; where that cannot be told, they are taken to."""
        own = array_bounds(self.height, self.width, self.transform)
        left, bottom, right, top = array_bounds(other.height, other.width, other.transform)
        if self.crs is None or other.crs is None:
            return True
        if self.crs != other.crs:
            try:
                left, bottom, right, top = transform_bounds(
                    other.crs, self.crs, left, bottom, right, top
                )
            except GDAL_ERRORS:
                return True
        sides = np.array([left, bottom, right, top])
        if not np.isfinite(sides).all() or left > right:  # over the antimeridian
            return True
        bottom, top = sorted((bottom, top))
        low, high = sorted((own[1], own[3]))
        return bool(left < own[2] and own[0] < right and bottom < high and low < top)

    def same_as(self, other: Grid) -> bool:
        """Equal in CRS and size, and in transform to a thousandth of a pixel.

        A grid that does not say where it lies is taken to lie where one of its size does.
        """
        if (self.width, self.height) != (other.width, other.height):
            return False
        if self.crs is None or other.crs is None:
            if Affine.identity() in (self.transform, other.transform):
                return True
        elif self.crs != other.crs:
            return False
        tolerance = 1e-3 * max(abs(self.transform.a), abs(self.transform.b))
        return bool(self.transform.almost_equals(other.transform, precision=tolerance))

    def tiles(self, side: int, within: Optional[Window] = None) -> Iterator[Window]:
        """Rectangles of at most side x side pixels, row by row."""
        area = within or self.whole
        for row in range(area.row, area.row + area.height, side):
            for col in range(area.col, area.col + area.width, side):
                yield Window(
                    row,
                    col,
                    min(side, area.row + area.height - row),
                    min(side, area.col + area.width - col),
                )

    def pixel_at(self, x: float, y: float, crs: Optional[str] = None) -> tuple[int, int]:
        """The pixel (row, column) under a point.

        Args:
            x: easting or longitude.
            y: northing or latitude.
            crs: reference system of the point. Without one it is the grid's own, or, if the
                point lies outside of the grid that way, longitude and latitude.

        Raises:
            RequestError: if the point is not on the grid.
        """
        tried = [crs] if crs else [None, "EPSG:4326"]
        for system in tried:
            point = self._to_own(x, y, system)
            if point is None:
                continue
            for x_, y_ in self._turned(point):
                col, row = ~self.transform * (x_, y_)
                if 0 <= row < self.height and 0 <= col < self.width:  # never so where NaN
                    return int(row), int(col)
        raise RequestError(
            f"The point {x:g}, {y:g} ({crs or 'in the CRS of the stack'}) is not on the images; "
            f"give a point inside of them, or its CRS with --xy-crs."
        )

    def _turned(self, point: tuple[float, float]) -> Iterator[tuple[float, float]]:
        """A point, and where longitudes count: the same one a turn to the east and west."""
        yield point
        if self.crs is not None and self.crs.is_geographic:
            yield point[0] + 360, point[1]
            yield point[0] - 360, point[1]

    def _to_own(self, x: float, y: float, crs: Optional[str]) -> Optional[tuple[float, float]]:
        if crs is None:
            return x, y
        if self.crs is None:
            return None
        try:
            source = CRS.from_user_input(crs)
        except CRSError as error:
            raise RequestError(
                f"The reference system {crs} is not known; use a code such as EPSG:4326.",
                details=str(error),
            ) from error
        try:
            xs, ys = warp_points(source, self.crs, [x], [y])
        except GDAL_ERRORS:
            return None  # the point lies outside of what the system can express
        return (xs[0], ys[0]) if np.isfinite([*xs, *ys]).all() else None
