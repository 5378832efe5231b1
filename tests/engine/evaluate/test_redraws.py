"""What other seeds say, by stack and by seed."""

from __future__ import annotations

from kairos.engine.evaluate.redraws import SEEDS, redraw, section
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.run import Evaluation
from kairos.engine.evaluate.score import Result
from kairos.engine.evaluate.survey import survey
from kairos.engine.progress import silent
from kairos.engine.simulate.sample import write_sample

GROUPS = {"": {"a", "b"}, "of validation": {"b"}}


def report(task, *results):
    found = [Evaluation([Result(stack, task, model, gap_days=days, ratio=ratio)])
             for stack, model, days, ratio in results]  # fmt: skip
    return Report(task, 7, ("linear",), False, {str(i): one for i, one in enumerate(found)})


def test_a_stack_has_its_mean_and_its_range_and_a_seed_its_mean():
    first = report("cloud", ("a", "scene-regression", None, 0.2), ("a", "agflow", None, 0.1),
                   ("b", "agflow", None, 0.5), ("a", "nearest", None, 1.4))  # fmt: skip
    second = report("cloud", ("a", "scene-regression", None, 0.4), ("a", "agflow", None, 0.2),
                    ("b", "agflow", None, 0.7))  # fmt: skip
    lines = list(section("cloud", {7: first, 8: second}, GROUPS))
    assert "| stack | scene-regression | agflow |" in lines
    assert "| a | 0.30 (0.20 to 0.40) | 0.15 (0.10 to 0.20) |" in lines
    assert "| b |  | 0.60 (0.50 to 0.70) |" in lines
    assert "| mean | 0.300 | 0.375 |" in lines
    assert "| mean of validation |  | 0.600 |" in lines
    assert "| 8 | 0.400 | 0.450 |" in lines


def test_each_length_of_a_gap_has_its_columns():
    one = report("gap", ("a", "agflow", 20, 0.9), ("a", "temporal", 40, 0.8),
                 ("a", "agflow", 40, 0.7))  # fmt: skip
    lines = list(section("gap", {7: one}, GROUPS))
    assert "| stack | agflow, 20 days | temporal, 40 days | agflow, 40 days |" in lines


def test_nothing_is_told_of_nothing():
    assert list(section("cloud", {7: report("cloud")}, GROUPS)) == []


def test_the_first_seed_is_not_drawn_again(tmp_path):
    write_sample(tmp_path / "s", seed=1, size=(32, 32), frames=30, radar_frames=0)
    first = survey([tmp_path / "s"], "frame", ("linear", "temporal"), SEEDS["frame"][0])
    found = redraw([tmp_path / "s"], first, ("linear", "temporal", "nearest"), silent)
    assert tuple(found) == SEEDS["frame"]
    assert found[7] is first
    assert all(one.models == ("linear", "temporal") for one in found.values())
    assert len({tuple(r.mae for e in one.each for r in e.results) for one in found.values()}) > 1
