"""What holds for any stack."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kairos.engine import cli

HAPPENS = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.02, 0.3, 0.8, 1.0]),
    model=st.sampled_from(["linear", "temporal", "scene-regression"]),
)
@HAPPENS
def test_clear_pixels_are_untouched_whatever_the_mask(
    run, make_stack, write, read, tmp_path_factory, seed, share, model
):
    folder = tmp_path_factory.mktemp("masks")
    made = make_stack(folder / "stack", count=4, size=(12, 10), seed=seed)
    rng = np.random.default_rng(seed)
    clear = rng.random(made.clear.shape) < share
    for t, file in enumerate(made.files):
        write(file.with_name(f"{file.stem}_CLEAR.tif"), clear[t].astype("uint8"))
    done = run("clean", made.folder, "--output", folder / "out", "--model", model)
    if not clear.any():
        assert done.code == 1
        return
    assert done.code == 0, done.err
    ever = clear.any(axis=0)
    for t, file in enumerate(made.files):
        numbers = read(folder / "out" / file.name)
        assert np.array_equal(numbers[:, clear[t]], made.numbers[t][:, clear[t]])
        assert (numbers[:, ever] >= 1).all()
        assert (numbers[:, ~ever] == 0).all()


@pytest.fixture(scope="module")
def ordered(make_stack, tmp_path_factory):
    """A stack, and what becomes of it under names that follow the dates."""
    folder = tmp_path_factory.mktemp("ordered")
    made = make_stack(folder / "stack", size=(12, 10))
    assert cli.main(["clean", str(made.folder), "--output", str(folder / "out")]) == 0
    return made, folder / "out"


@given(names=st.permutations("abcdef"))
@HAPPENS
def test_the_order_of_names_does_not_matter(run, ordered, read, tmp_path_factory, names):
    made, before = ordered
    folder = tmp_path_factory.mktemp("names")
    (folder / "stack").mkdir()
    for name, file in zip(names, made.files):
        for end in ("", "_CLEAR"):
            (folder / "stack" / f"{name}_{file.stem}{end}.tif").symlink_to(
                file.with_name(f"{file.stem}{end}.tif")
            )
    assert run("clean", folder / "stack", "--output", folder / "after").code == 0
    for name, file in zip(names, made.files):
        after = read(folder / "after" / f"{name}_{file.name}")
        assert np.array_equal(after, read(before / file.name))
