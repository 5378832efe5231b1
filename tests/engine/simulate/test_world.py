from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from kairos.engine.simulate import BANDS, World
from kairos.engine.simulate.spectra import Cover, Hard

RED, NEAR = BANDS.index("B04"), BANDS.index("B08")


@pytest.fixture(scope="module")
def world() -> World:
    first = int(np.datetime64("2021-01-01").astype(int))
    return World.create(7, (128, 128), first, 365)


def ndvi(world: World, *dates: str) -> npt.NDArray[np.float32]:
    seen = world.reflectance(list(dates))
    red, near = seen[:, RED], seen[:, NEAR]
    return np.asarray((near - red) / (near + red), np.float32)


def inner(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Pixels whose neighbours up to two pixels away are of the same kind."""
    shifts = [(y, x) for y in range(-2, 3) for x in range(-2, 3)]
    return np.asarray(np.all([np.roll(mask, shift, (0, 1)) for shift in shifts], axis=0), np.bool_)


def test_a_landscape_holds_everything(world: World) -> None:
    land = world.land
    for cover in (Cover.ARABLE, Cover.GRASS, Cover.HEDGE, Cover.GARDEN):
        assert (land.cover == cover).mean() > 0.01
    assert 0.1 < (land.cover >= Cover.BROADLEAF).mean() < 0.3
    for hard in (Hard.WATER, Hard.ASPHALT, Hard.GRAVEL, Hard.TILE):
        assert ((land.hard == hard) & (land.hard_share > 0.3)).sum() > 20
    assert land.parcel.max() + 1 == len(land.covers)


def test_water_has_negative_ndvi_all_year(world: World) -> None:
    water = inner((world.land.hard == Hard.WATER) & (world.land.hard_share == 1))
    assert water.sum() > 10
    for value in ndvi(world, "2021-01-15", "2021-05-15", "2021-08-15", "2021-11-15"):
        assert np.median(value[water]) < -0.1


@pytest.mark.parametrize(
    ("crop", "high", "low"),
    [
        ("maize", "2021-08-01", "2021-04-01"),
        ("beet", "2021-08-01", "2021-04-10"),
        ("cereal", "2021-05-20", "2021-07-25"),
        ("rape", "2021-04-15", "2021-07-25"),
        ("trees", "2021-07-01", "2021-02-01"),
    ],
)
def test_every_crop_keeps_its_calendar(world: World, crop: str, high: str, low: str) -> None:
    ground = inner((world.crop(2021) == crop) & (world.land.hard_share == 0))
    assert ground.sum() > 10
    top, bottom = (np.median(value[ground]) for value in ndvi(world, high, low))
    assert top > 0.7
    assert bottom < 0.56
    assert top > bottom + 0.2


def test_conifers_stay_green(world: World) -> None:
    wood = inner(world.land.cover == Cover.CONIFER)
    winter, summer = (np.median(value[wood]) for value in ndvi(world, "2021-01-10", "2021-07-10"))
    assert winter > 0.6
    assert abs(summer - winter) < 0.1


def test_rain_darkens_bare_soil_and_brightens_its_radar(world: World) -> None:
    days = world.curves.first + np.arange(len(world.moisture))
    spring = (days >= days[0] + 90) & (days < days[0] + 150)
    moisture = np.where(spring, world.moisture, np.nan)
    dates = days[[np.nanargmin(moisture), np.nanargmax(moisture)]].astype("datetime64[D]")
    bare = inner(world.crop(2021) == "maize")
    dry, wet = world.surface(dates)[:, RED][:, bare].mean(1)
    assert wet < 0.85 * dry
    dry, wet = world.backscatter(dates, [0, 0])[:, 0][:, bare].mean(1)
    assert wet > dry + 0.5


def test_radar_tells_town_field_and_water_apart(world: World) -> None:
    land = world.land
    seen = world.backscatter(["2021-07-01", "2021-07-03"], [0, 1]).mean(0)
    water = inner((land.hard == Hard.WATER) & (land.hard_share == 1))
    roofs = (land.hard == Hard.TILE) & (land.hard_share > 0.7)
    field = inner(land.cover == Cover.ARABLE)
    for image in seen:
        assert np.median(image[water]) + 4 < np.median(image[field]) < np.median(image[roofs])


def test_a_day_looks_the_same_whenever_it_is_asked_for(world: World) -> None:
    both = world.reflectance(["2021-04-01", "2021-06-01"])
    assert np.array_equal(world.reflectance("2021-06-01")[0], both[1])
    radar = world.backscatter(["2021-04-01", "2021-06-01"], [0, 1])
    assert np.array_equal(world.backscatter("2021-06-01", 1)[0], radar[1])


def test_the_air_is_another_each_day_but_small(world: World) -> None:
    seen, surface = world.reflectance("2021-06-01"), world.surface("2021-06-01")
    assert 1e-4 < np.abs(seen - surface).mean() < 0.03
