from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.simulate import BANDS, Scene, simulate
from kairos.engine.simulate.mask import USABLE


@pytest.fixture(scope="module")
def scene() -> Scene:
    return simulate()


def test_arrays_agree_in_shape_and_type(scene: Scene) -> None:
    frames, passes = len(scene.dates), len(scene.radar_dates)
    assert (frames, passes) == (40, 50)
    assert scene.reflectance.shape == scene.truth.shape == (frames, len(BANDS), 128, 128)
    assert scene.scl.shape == scene.opacity.shape == scene.clear.shape == (frames, 128, 128)
    assert scene.radar.shape == (passes, 2, 128, 128)
    assert scene.bands == BANDS
    assert scene.scl.dtype == np.uint8
    for array in (scene.reflectance, scene.truth, scene.opacity, scene.radar):
        assert array.dtype == np.float32
        assert np.isfinite(array).all()


def test_dates_are_ordered_in_the_window_and_radar_has_its_own(scene: Scene) -> None:
    for dates in (scene.dates, scene.radar_dates):
        assert dates.dtype == np.dtype("datetime64[D]")
        assert (np.diff(dates).astype(int) > 0).all()
        assert dates[0] >= np.datetime64("2021-03-01")
        assert dates[-1] < np.datetime64("2021-03-01") + 365
    assert not np.intersect1d(scene.dates, scene.radar_dates).size
    assert (np.diff(scene.dates).astype(int) % 5 == 0).all()
    assert set(scene.radar_orbits) == {0, 1}


def test_values_are_in_the_range_of_their_unit(scene: Scene) -> None:
    for array in (scene.reflectance, scene.truth):
        assert array.min() > 0
        assert array.max() <= 1
    assert 0 <= scene.opacity.min() <= scene.opacity.max() <= 1
    assert scene.radar.min() > -42
    assert scene.radar.max() < 10
    co, cross = np.median(scene.radar, axis=(0, 2, 3))
    assert -15 < co < -9
    assert -23 < cross < -15


def test_about_half_of_the_ground_is_cloudy(scene: Scene) -> None:
    assert 0.45 < scene.clear.mean() < 0.65
    shares = scene.clear.mean((1, 2))
    assert (shares > 0.9).sum() >= 6
    assert (shares < 0.1).sum() >= 4


def test_where_nothing_is_in_the_way_the_truth_is_seen(scene: Scene) -> None:
    untouched = np.broadcast_to((scene.opacity == 0)[:, None], scene.truth.shape)
    assert untouched.mean() > 0.3
    assert np.array_equal(scene.reflectance[untouched], scene.truth[untouched])


def test_the_mask_is_good_but_not_perfect(scene: Scene) -> None:
    assert set(np.unique(scene.scl)) <= {3, 4, 5, 6, 7, 8, 9, 10}
    assert {3, 4, 5, 6, 8, 9, 10} <= set(np.unique(scene.scl))
    assert np.array_equal(scene.clear, np.isin(scene.scl, USABLE))
    missed = (scene.opacity[scene.clear] > 0.02).mean()
    assert 0.002 < missed < 0.04
    assert (scene.opacity[scene.clear] > 0.3).mean() < 0.001


def test_clouds_are_bright_and_shadows_dark(scene: Scene) -> None:
    blue, near = scene.reflectance[:, 0], scene.reflectance[:, BANDS.index("B08")]
    assert blue[scene.scl == 9].mean() > 0.4
    dimmed = near / scene.truth[:, BANDS.index("B08")]
    assert dimmed[scene.scl == 3].mean() < 0.8


def test_truth_at_an_acquired_date_is_the_truth(scene: Scene) -> None:
    assert np.array_equal(scene.truth_at(scene.dates[[5, 11]]), scene.truth[[5, 11]])


def test_truth_between_dates_lies_near_its_neighbours(scene: Scene) -> None:
    before, after = scene.dates[20], scene.dates[21]
    middle = before + (after - before) // 2
    got = scene.truth_at(middle)[0]
    assert np.abs(got - (scene.truth[20] + scene.truth[21]) / 2).mean() < 0.03


def test_truth_far_outside_the_window_is_refused(scene: Scene) -> None:
    with pytest.raises(ValueError, match="2025-01-01 is outside this world: 2020-12-31"):
        scene.truth_at("2025-01-01")


def test_same_seed_same_scene_and_another_seed_another() -> None:
    first, again, other = (simulate(seed, (40, 52), frames=6, radar_frames=5) for seed in (3, 3, 4))
    for name in ("dates", "reflectance", "truth", "scl", "radar_dates", "radar"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.truth, other.truth)


@pytest.mark.parametrize(("cover", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_cover_reaches_both_ends(cover: float, share: float) -> None:
    scene = simulate(size=(32, 32), frames=8, radar_frames=0, cover=cover)
    assert np.isin(scene.scl, (8, 9)).mean() == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("size", [(9, 14), (33, 65)])
def test_any_size_and_no_dates_at_all(size: tuple[int, int]) -> None:
    scene = simulate(size=size, frames=0, radar_frames=0)
    assert scene.reflectance.shape == (0, len(BANDS), *size)
    assert scene.radar.shape == (0, 2, *size)
    assert simulate(size=size, days=30).scl.shape[1:] == size


def test_several_years() -> None:
    scene = simulate(size=(32, 32), start="2019-06-01", days=1100, frames=500)
    assert len(scene.dates) == 220
    assert scene.dates[-1] - scene.dates[0] > np.timedelta64(1090, "D")
