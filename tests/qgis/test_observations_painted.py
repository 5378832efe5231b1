"""Without the engine the raw curve counts what was painted over the masks, too."""

from __future__ import annotations

import numpy as np

from kairos.ui.stack.observations import describe, raw_curve


def test_paint_goes_over_the_mask(make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    info = describe(made.folder)

    def kinds():
        curve = raw_curve(made.folder, info, 600000 + 55, 5700000 - 35)
        return [point.kind for point in curve.points]

    before = kinds()
    assert before == ["observed" if clear else "masked" for clear in made.clear[:, 3, 5]]
    for t, (file, kind) in enumerate(zip(made.files, before)):
        paint = np.zeros((20, 24), np.uint8)
        paint[3, 5] = (2 if kind == "observed" else 1) if t else 0
        write(file.with_name(f"{file.stem}_BRUSH.tif"), paint)
    swapped = {"observed": "masked", "masked": "observed"}
    assert kinds() == [before[0], *(swapped[kind] for kind in before[1:])]
    assert len(describe(made.folder)["frames"]) == 6
