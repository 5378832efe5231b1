from __future__ import annotations

from kairos.ui.canvas.visible import window_of

TRANSFORM = (10.0, 0.0, 1000.0, 0.0, -10.0, 5000.0)


def test_what_is_inside_counts_in_whole_pixels():
    assert window_of((1015, 4900, 1041, 4969), TRANSFORM, 100, 80) == (3, 1, 7, 4)


def test_it_is_cut_at_the_rim():
    assert window_of((0, 0, 9999, 9999), TRANSFORM, 100, 80) == (0, 0, 80, 100)
    assert window_of((1990, 4190, 3000, 4215), TRANSFORM, 100, 80) == (78, 99, 2, 1)


def test_elsewhere_there_is_nothing():
    assert window_of((3000, 4000, 4000, 4500), TRANSFORM, 100, 80) is None
