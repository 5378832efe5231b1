"""From measured figures to the summary, the page for people and the page of results."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from rasterio.io import MemoryFile

from kairos.engine.evaluate.benchmark import Figures
from kairos.engine.evaluate.bootstrap import Blocks
from kairos.engine.evaluate.markdown import by_stack, sentence, table
from kairos.engine.evaluate.network_speed import NetworkSpeed
from kairos.engine.evaluate.page import page_of
from kairos.engine.evaluate.pictures import Stretch, error_image, png
from kairos.engine.evaluate.record import Record
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.run import Evaluation
from kairos.engine.evaluate.score import Result
from kairos.engine.evaluate.speed import Speed
from kairos.engine.evaluate.summary import by_gap, by_model
from kairos.engine.evaluate.survey import survey
from kairos.engine.simulate.sample import write_sample


def evaluation(stack, **ratios):
    """What was measured of some models: errors of ten blocks that all have the same ratio."""
    found = Evaluation()
    for model, ratio in {"linear": 1.0, **ratios}.items():
        name = model.replace("_", "-")
        figures = {"pixels": 10, "mae": 0.01 * ratio, "ratio": ratio, "low": ratio, "high": ratio}
        found.results.append(Result(stack, "cloud", name, **figures))
        found.blocks[name, None] = Blocks(np.full(10, ratio), np.ones(10))
        found.gaps.append(
            {"model": name, "from_days": 11, "to_days": 20, "pixels": 400} | figures
            | {"pixels": 400}
        )  # fmt: skip
    return found


TWO = [evaluation("a", temporal=0.8, nearest=1.2), evaluation("b", temporal=0.4, nearest=1.6)]


def test_each_stack_counts_the_same():
    best, middle, worst = by_model(TWO, seed=1)
    assert [row["model"] for row in (best, middle, worst)] == ["temporal", "linear", "nearest"]
    assert best["ratio"] == pytest.approx(0.6)
    assert (best["stacks"], best["better_than_linear"]) == (2, 2)
    assert (best["worst_stack"], best["worst_ratio"]) == ("a", 0.8)
    assert best["low"] <= best["ratio"] <= best["high"]
    assert (middle["low"], middle["high"]) == (1, 1)


def test_ratios_by_gap_are_means_over_stacks():
    (bin_,) = (b for b in by_gap(TWO) if b["model"] == "nearest")
    assert bin_["ratio"] == pytest.approx(1.4)
    assert bin_["stacks"] == 2


def test_a_table_marks_the_best():
    report = Report(
        "cloud", 7, ("linear", "temporal", "nearest"), False, {"a": TWO[0], "b": TWO[1]}
    )
    lines = list(by_stack(report, {"b"}))
    assert lines[2] == "| a |  | 0.0100 | **0.80** | 1.20 |"
    assert lines[3].startswith("| b * |")
    assert lines[4] == "| mean |  |  | 0.600 | 1.400 |"
    assert lines[5] == "| mean without the starred |  |  | 0.800 | 1.200 |"


def test_a_report_without_any_figure_says_why():
    skipped = Evaluation([Result("dull", "frame", "linear", skipped="no frame is <clear>")])
    report = Report("frame", 7, ("linear",), False, {"dull": skipped})
    page = page_of(report)
    assert "no frame is &lt;clear&gt;" in page
    assert json.loads(report.as_json())["summary"] == []
    balanced(page)


def pixels_of(uri):
    import base64

    with MemoryFile(base64.b64decode(uri.split(",")[1])) as memory, memory.open() as file:
        return file.read()


def test_pictures_hold_what_they_show():
    pixels = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
    shown = pixels_of(png(pixels))
    assert np.array_equal(shown[:, ::32, ::32], pixels)
    image = np.random.default_rng(0).random((4, 8, 8)).astype(np.float32)
    known = np.ones((8, 8), bool)
    known[0] = False
    stretch = Stretch.of(image, known, ("B02", "B03", "B04", "B08"))
    assert stretch.bands == (2, 1, 0)
    colours = pixels_of(stretch(image, known))
    assert len(np.unique(colours[:, 0])) <= 3  # the grey of what is not known
    right = pixels_of(error_image(image, image, known))[:, -1, 0]
    wrong = pixels_of(error_image(image + 0.1, image, known))[:, -1, 0]
    assert right.min() > 240
    assert wrong.max() < 130


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory):
    """Two tasks over two small stacks."""
    folder = tmp_path_factory.mktemp("survey")
    for seed in (1, 2):
        write_sample(folder / f"s{seed}", seed=seed, size=(24, 40), frames=14, radar_frames=2)
    stacks = [folder / "s1", folder / "s2"]
    models = ("linear", "temporal", "scene-regression", "seqdm")
    return {task: survey(stacks, task, models, 3, pictures=True) for task in ("cloud", "gap")}


@pytest.mark.parametrize("task", ["cloud", "gap"])
def test_the_page_shows_pictures_curves_and_a_sorted_table(surveyed, task):
    page = page_of(surveyed[task])
    balanced(page)
    assert page.count("<figure>") == 2 * (2 + 3)  # truth and input, and three models that ran
    assert page.count("<svg") == 1 + 2
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "seqdm" in page.split("What was left out")[1]
    table_of = page.split("All figures, sorted by ratio")[1].split("</table>")[0]
    ratios = [
        float(row.split("<td>")[2].split("<")[0])
        for row in table_of.split("<tr>")[2:]
    ]  # fmt: skip
    assert ratios == sorted(ratios)
    assert len(ratios) >= 6


def test_the_page_of_results_holds_every_task_and_command(surveyed):
    speed = Speed("linear", "cpu", 128, 128, 30, 10, 0.1234, 200, 70.0)
    machine = {"system": "Linux", "architecture": "x86_64", "cores": 2, "python": "3.11",
               "numpy": "1.26", "matrix_gflops": 70.0}  # fmt: skip
    network = NetworkSpeed("agflow", "cpu", 128, 128, 30, "of its frames", 0.7, 1.1, 0.025, 3.0)
    figures = Figures(machine, [speed], 0.04, 0.014, 0.4, (network,))
    draws = {task: {3: report} for task, report in surveyed.items()}
    record = Record(False, surveyed, draws, figures)
    page = record.page()
    for heading in ("## Cloud", "## Gap", "## How much the draw matters", "## Speed"):
        assert heading in page
    assert "kairos evaluate" in page
    assert "simulated" in page
    assert "network alone 0.70 s/Mpx-frame, closed forms included 1.10; one more date 25 ms" in page
    assert "| linear | cpu | 128 x 128 x 30 | 0.12 | 200 | 70 |" in page
    assert "Skipped: s1, seqdm" in page
    for lines in re.findall(r"(?:^\|.*\n)+", page, re.M):
        assert len({line.count("|") for line in lines.splitlines()}) == 1


def test_a_verdict_is_no_better_than_its_interval():
    row = {"model": "temporal", "ratio": 0.9, "low": 0.8, "high": 0.99, "stacks": 3,
           "better_than_linear": 2}  # fmt: skip
    assert "0.90 (0.80 to 0.99) of the error" in sentence(row)
    assert "No method is surely better" in sentence({**row, "high": 1.01})


def test_tables_are_tables():
    assert list(table(["a", "b"], [["1", "2"]])) == ["| a | b |", "|---|---|", "| 1 | 2 |", ""]


def test_evaluating_needs_no_torch():
    code = "import sys, kairos.engine.evaluate.record; print({'torch', 'skimage'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


class Tags(HTMLParser):
    """Keeps what is open; fails where something else is closed."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "img"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def balanced(page):
    tags = Tags()
    tags.feed(page)
    assert not tags.open
