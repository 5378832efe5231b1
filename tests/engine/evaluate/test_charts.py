from __future__ import annotations

from kairos.engine.evaluate.charts import colours_of
from kairos.engine.registry import JUDGED


def test_every_model_has_a_colour_of_its_own():
    assert len(set(colours_of(JUDGED).values())) == len(JUDGED)
