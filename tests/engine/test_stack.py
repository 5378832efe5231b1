from __future__ import annotations

import numpy as np
import pytest
from affine import Affine

from kairos.engine import open_stack
from kairos.engine.errors import StackError
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import clear_counts

BANDS = ("B02", "B03", "B04", "B08")


@pytest.fixture
def made(make_stack, tmp_path):
    return make_stack(tmp_path / "stack")


def test_opening_reads_nothing_but_headers(sample, monkeypatch):
    def forbidden(*_, **__):
        raise AssertionError("pixels were read")

    monkeypatch.setattr("kairos.engine.rasters.read.Rasters.read", forbidden)
    with open_stack(sample) as stack:
        assert len(stack.dates) == 14
        assert stack.bands[0] == "B02"


def test_a_tile_in_the_vocabulary_of_the_house(made):
    with open_stack(made.folder) as stack:
        tile = stack.read(stack.grid.whole)
    assert tile.reflectance.shape == (6, 4, 20, 24)
    assert tile.reflectance.dtype == np.float32
    assert tile.clear.dtype == bool
    assert tile.dates.dtype == np.dtype("datetime64[D]")
    assert tile.bands == BANDS
    assert np.array_equal(tile.clear, made.clear)
    truth = np.where(made.clear[:, None], made.numbers / 10000, 0)
    assert np.abs(tile.reflectance - truth).max() < 1e-6
    assert tile.radar.shape == (0, 2, 20, 24)


def test_windows_and_margins(made):
    with open_stack(made.folder) as stack:
        whole = stack.read(stack.grid.whole)
        tile = stack.read(Window(2, 5, 6, 7), margin=4)
    assert tile.core == Window(2, 5, 6, 7)
    assert tile.window == Window(0, 1, 12, 15)
    assert tile.shape == (20, 24)
    assert np.array_equal(tile.reflectance, whole.reflectance[:, :, :12, 1:16])
    assert np.array_equal(tile.clear, whole.clear[:, :12, 1:16])


def test_a_closed_stack_opens_again(made):
    stack = open_stack(made.folder)
    first = stack.read(stack.grid.whole)
    stack.close()
    assert np.array_equal(stack.read(stack.grid.whole).reflectance, first.reflectance)
    stack.close()


def test_the_offset_of_the_metadata_is_removed(make_stack, tmp_path):
    scaled = {"scales": (1e-4,) * 4, "offsets": (-0.1,) * 4}
    made = make_stack(tmp_path / "stack", offset=-1000, **scaled)
    with open_stack(made.folder) as stack:
        tile = stack.read(stack.grid.whole)
    truth = np.where(made.clear[:, None], made.numbers * 1e-4 - 0.1, 0)
    assert np.abs(tile.reflectance - truth).max() < 1e-6


def test_of_two_frames_of_a_day_the_clearer_counts_first(made, write):
    twin = write(made.folder / "twin_20200506.tif", made.numbers[1] + 9, BANDS, nodata=0)
    fewer = made.clear[1].copy()
    fewer[:, :20] = False
    other = ~made.clear[1]
    other[:, 20:] = False
    for usable in (fewer, fewer | other):
        write(made.folder / f"{twin.stem}_CLEAR.tif", usable.astype("uint8"))
        with open_stack(made.folder) as stack:
            assert len(stack.frames) == 7
            assert len(stack.frames_of(stack.dates[1])) == 2
            tile = stack.read(stack.grid.whole)
        assert len(tile.dates) == 6
        assert np.array_equal(tile.clear[1], made.clear[1] | usable)
        first_is_clearer = made.clear[1].sum() >= usable.sum()
        first = made.clear[1] if first_is_clearer else made.clear[1] & ~usable
        seen = np.where(first, made.numbers[1], made.numbers[1] + 9) * 1e-4
        assert np.abs(tile.reflectance[1] - seen)[:, tile.clear[1]].max() < 1e-6


def test_radar_is_averaged_where_images_share_a_day_and_nan_where_missing(made, write):
    one = np.full((2, 20, 24), -10, "float32")
    two = np.full((2, 20, 24), -14, "float32")
    one[:, :5], two[1, :10] = np.nan, 0
    two[:, 15:] = -999
    write(made.folder / "S1A_20200504.tif", one, ("VV", "VH"))
    write(made.folder / "S1B_20200504.tif", two, ("VV", "VH"), nodata=-999)
    write(made.folder / "S1A_20200510.tif", one[::-1], ("VH", "VV"))
    with open_stack(made.folder) as stack:
        assert [str(d) for d in stack.radar_dates] == ["2020-05-04", "2020-05-10"]
        radar = stack.read_radar(stack.grid.whole)
    assert radar.shape == (2, 2, 20, 24)
    assert radar.dtype == np.float32
    assert (radar[0, 0, :5] == -14).all()
    assert np.isnan(radar[0, 1, :5]).all()
    assert (radar[0, 1, 5:10] == -10).all()
    assert (radar[0, 0, 5:15] == -12).all()
    assert (radar[0, :, 15:] == -10).all()


def test_radar_bands_are_taken_by_name(made, write):
    image = np.stack([np.full((20, 24), v, "float32") for v in (35.0, -20.0, -11.0)])
    write(made.folder / "S1_20200504.tif", image, ("angle", "VH", "VV"))
    with open_stack(made.folder) as stack:
        radar = stack.read_radar(stack.grid.whole)
    assert (radar[0, 0] == -11).all()
    assert (radar[0, 1] == -20).all()


def test_radar_on_another_grid_is_warped(made, write):
    plane = np.add.outer(np.arange(10), np.arange(12)).astype("float32") - 30
    coarse = np.stack([plane, plane - 5])
    twice = Affine(20, 0, 600000, 0, -20, 5700000)
    write(made.folder / "S1_20200504.tif", coarse, ("VV", "VH"), transform=twice)
    with open_stack(made.folder) as stack:
        radar = stack.read_radar(stack.grid.whole)[0]
    inside = (slice(None), slice(2, 18), slice(2, 22))
    expected = np.add.outer((np.arange(20) - 0.5) / 2, (np.arange(24) - 0.5) / 2) - 30
    assert np.allclose(radar[0][inside[1:]], expected[inside[1:]], atol=0.01)
    assert np.allclose(radar[1], radar[0] - 5, atol=0.01)


def test_a_frame_on_another_grid_is_warped_and_its_mask_with_it(made, write):
    east = {"transform": Affine(10, 0, 600040, 0, -10, 5700000)}
    write(made.files[3], made.numbers[3], BANDS, nodata=0, **east)
    write(made.folder / f"{made.files[3].stem}_CLEAR.tif", made.clear[3].astype("uint8"), **east)
    with open_stack(made.folder) as stack:
        assert any("another grid" in w and made.files[3].name in w for w in stack.warnings)
        raw, usable = stack.read_frame(stack.frames[3], stack.grid.whole)
    assert not usable[:, :4].any()
    assert np.array_equal(usable[:, 4:], made.clear[3][:, :-4])
    assert np.array_equal(raw[:, :, 4:], made.numbers[3][:, :, :-4])


def test_shares_and_counts_of_clear_pixels(made):
    with open_stack(made.folder) as stack:
        for frame, clear in zip(stack.frames, made.clear):
            assert stack.clear_share(frame) == pytest.approx(clear.mean())
        tiles = [stack.read(w) for w in stack.grid.tiles(7)]
    counts, ever = clear_counts(tiles)
    assert np.array_equal(counts, made.clear.sum(axis=(1, 2)))
    assert ever == made.clear.any(axis=0).sum()


def test_a_series_needs_two_dates(make_stack, tmp_path):
    with (
        open_stack(make_stack(tmp_path / "one", count=1).folder) as stack,
        pytest.raises(StackError, match="one date only"),
    ):
        stack.ensure_series()


def test_more_files_than_may_be_open_at_once(made, monkeypatch):
    with open_stack(made.folder) as stack:
        whole = stack.read(stack.grid.whole)
        stack.close()
        monkeypatch.setattr(stack._rasters, "_limit", 2)
        assert np.array_equal(stack.read(stack.grid.whole).reflectance, whole.reflectance)
        assert len(stack._rasters._open) == 2
