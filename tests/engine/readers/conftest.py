"""Products in their real layout: names, folders and metadata as their specifications say."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

SIDE = 24
"""Pixels of a product at its finest."""

CORNER = (600000, 5700000)
DAYS = ("20220101", "20220111", "20220121", "20220131")


@pytest.fixture(scope="session")
def ground():
    """Reflectance of a band (0..9) of day t, (h, w), and where it is cloudy (bright)."""

    def call(t: int, band: int = 0, side: int = SIDE) -> tuple[np.ndarray, np.ndarray]:
        y, x = np.mgrid[:side, :side] / side
        cloudy = (x >= 0.5) if t % 2 else (y >= 0.5)
        seen = 0.05 + 0.02 * band + 0.01 * t + 0.05 * np.sin(3 * x + 2 * y)
        return np.where(cloudy, 0.8, seen), cloudy

    return call


@pytest.fixture(scope="session")
def put():
    """Write one band of a product."""

    def call(file: Path, pixels, metres: float = 10, **profile) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.asarray(pixels)
        pixels = pixels if pixels.ndim == 3 else pixels[None]
        driver = {".jp2": "JP2OpenJPEG"}.get(file.suffix, "GTiff")
        lossless = {"QUALITY": "100", "REVERSIBLE": "YES"} if driver == "JP2OpenJPEG" else {}
        profile = {"crs": "EPSG:32631", "corner": CORNER, **profile}
        x, y = profile.pop("corner")
        names = profile.pop("names", ())
        with rasterio.open(
            file, "w", driver=driver, count=len(pixels), height=pixels.shape[1],
            width=pixels.shape[2], dtype=pixels.dtype,
            transform=Affine(metres, 0, x, 0, -metres, y), **lossless, **profile,
        ) as image:  # fmt: skip
            image.write(pixels)
            for i, name in enumerate(names, start=1):
                image.set_band_description(i, name)
        return file

    return call


_MTD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<n1:Level-2A_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product.xsd">
<n1:General_Info><Product_Info><PROCESSING_BASELINE>{baseline}</PROCESSING_BASELINE></Product_Info>
<Product_Image_Characteristics>
<QUANTIFICATION_VALUES_LIST><BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>
</QUANTIFICATION_VALUES_LIST>{offsets}</Product_Image_Characteristics></n1:General_Info>
</n1:Level-2A_User_Product>
"""


@pytest.fixture(scope="session")
def safe(ground, put):
    """A Level-2A product as a SAFE folder."""

    def call(folder: Path, t: int, *, offset=1000, tile="31UDS", day=None, crs="EPSG:32631"):
        day = day or DAYS[t]
        baseline = "0400" if offset else "0301"
        sensed = f"{day}T105151"
        name = f"S2A_MSIL2A_{sensed}_N{baseline}_R051_T{tile}_{day}T145151.SAFE"
        product = folder / name
        granule = product / "GRANULE" / f"L2A_T{tile}_A033951_{sensed}"
        fine, coarse = ("B02", "B03", "B04", "B08"), ("B05", "B06", "B07", "B8A", "B11", "B12")
        for i, band in enumerate((*fine, *coarse)):
            metres = 10 if band in fine else 20
            seen, _ = ground(t, i, SIDE * 10 // metres)
            numbers = np.rint(seen * 10000 + offset).astype("uint16")
            images = granule / "IMG_DATA" / f"R{metres}m"
            put(images / f"T{tile}_{sensed}_{band}_{metres}m.jp2", numbers, metres, crs=crs)
        classes = np.where(ground(t, 0, SIDE // 2)[1], 9, 4).astype("uint8")
        scl = granule / "IMG_DATA" / "R20m" / f"T{tile}_{sensed}_SCL_20m.jp2"
        put(scl, classes, 20, crs=crs)
        listed = "".join(
            f'<BOA_ADD_OFFSET band_id="{b}">-{offset}</BOA_ADD_OFFSET>' for b in range(13)
        )
        offsets = f"<BOA_ADD_OFFSET_VALUES_LIST>{listed}</BOA_ADD_OFFSET_VALUES_LIST>"
        text = _MTD.format(baseline=baseline, offsets=offsets if offset else "")
        (product / "MTD_MSIL2A.xml").write_text(text)
        return product

    return call


@pytest.fixture(scope="session")
def zipped():
    """Pack a product as it is downloaded, and take it away."""

    def call(product: Path) -> Path:
        file = Path(shutil.make_archive(str(product), "zip", product.parent, product.name))
        shutil.rmtree(product)
        return file

    return call


@pytest.fixture(scope="session")
def landsat(ground, put):
    """A Landsat product of Collection 2, Level 2."""

    def call(folder: Path, t: int, *, sensor="LC08", metadata=True, path_row="195025"):
        name = f"{sensor}_L2SP_{path_row}_{DAYS[t]}_20220215_02_T1"
        product = folder / name
        bands = range(1, 8) if sensor in ("LC08", "LC09") else (1, 2, 3, 4, 5, 7)
        for band in bands:
            seen, cloudy = ground(t, band)
            numbers = np.rint((seen + 0.2) / 2.75e-5).astype("uint16")
            put(product / f"{name}_SR_B{band}.TIF", numbers, 30, nodata=0)
        quality = np.where(cloudy, 1 << 3, 1 << 6).astype("uint16")
        put(product / f"{name}_QA_PIXEL.TIF", quality, 30, nodata=1)
        if metadata:
            (product / f"{name}_MTL.txt").write_text(
                "GROUP = LANDSAT_METADATA_FILE\n"
                "  GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS\n"
                "    REFLECTANCE_MULT_BAND_1 = 2.75e-05\n    REFLECTANCE_ADD_BAND_1 = -0.2\n"
                "  END_GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS\n"
                "  GROUP = LEVEL1_RADIOMETRIC_RESCALING\n"
                "    REFLECTANCE_MULT_BAND_1 = 2.0000E-05\n"
                "    REFLECTANCE_ADD_BAND_1 = -0.100000\n"
                "  END_GROUP = LEVEL1_RADIOMETRIC_RESCALING\nEND_GROUP = LANDSAT_METADATA_FILE\n"
            )
        return product

    return call


@pytest.fixture(scope="session")
def hls(ground, put):
    """A granule of HLS 2.0."""

    def call(folder: Path, t: int, *, sensor="S30", tile="31UDS"):
        day = np.datetime64(f"{DAYS[t][:4]}-{DAYS[t][4:6]}-{DAYS[t][6:]}")
        number = int((day - day.astype("datetime64[Y]")).astype(int)) + 1
        stem = f"HLS.{sensor}.T{tile}.{DAYS[t][:4]}{number:03d}T105151.v2.0"
        bands = {
            "S30": ("B02", "B03", "B04", "B05", "B08", "B8A", "B11", "B12"),
            "L30": ("B02", "B03", "B04", "B05", "B06", "B07"),
        }[sensor]
        for i, band in enumerate(bands):
            seen, cloudy = ground(t, i)
            numbers = np.rint(seen * 10000).astype("int16")
            put(folder / f"{stem}.{band}.tif", numbers, 30, nodata=-9999)
        quality = np.where(cloudy, (1 << 1) | (1 << 6), 1 << 6).astype("uint8")
        put(folder / f"{stem}.Fmask.tif", quality, 30, nodata=255)
        return folder

    return call


@pytest.fixture(scope="session")
def theia(ground, put):
    """A Level-2A product of Theia."""

    def call(folder: Path, t: int):
        name = f"SENTINEL2A_{DAYS[t]}-105857-466_L2A_T31UDS_C_V2-2"
        product = folder / name
        for i, band in enumerate(("B2", "B3", "B4", "B8", "B5", "B8A", "B11", "B12")):
            metres = 10 if i < 4 else 20
            numbers = np.rint(ground(t, i, SIDE * 10 // metres)[0] * 10000).astype("int16")
            for kind, add in (("FRE", 0), ("SRE", 300)):
                file = product / f"{name}_{kind}_{band}.tif"
                put(file, (numbers + add).astype("int16"), metres, nodata=-10000)
        for metres in (10, 20):
            cloudy = ground(t, 0, SIDE * 10 // metres)[1]
            mask = product / "MASKS" / f"{name}_CLM_R{metres // 10}.tif"
            put(mask, np.where(cloudy, 3, 0).astype("uint8"), metres)
        (product / f"{name}_MTD_ALL.xml").write_text("<Muscate_Metadata_Document/>")
        return product

    return call


@pytest.fixture
def filled(run, tmp_path, read, snapshot):
    """Clean a place end to end; each result as reflectance by name, and what was said."""

    def call(place: Path, *arguments) -> tuple[dict[str, np.ndarray], str]:
        inside = place if place.is_dir() else place.parent
        before, out = snapshot(inside), tmp_path / "cleaned"
        done = run("clean", place, "--output", out, *arguments)
        assert done.code == 0, done.err
        assert snapshot(inside) == before
        found = {}
        for file in sorted(out.iterdir()):
            with rasterio.open(file) as image:
                scale = np.array(image.scales)[:, None, None]
                if image.scales[0] == 1 and image.dtypes[0] != "float32":
                    scale = scale * 1e-4
                found[file.name] = image.read() * scale + np.array(image.offsets)[:, None, None]
        return found, done.err

    return call
