"""The report of the task *masks* as one HTML file for people, and as a table of text."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from html import escape
from typing import Optional

import numpy as np

from kairos.engine.evaluate.mask_task import MaskExhibit, MaskReport
from kairos.engine.evaluate.pictures import Stretch, png
from kairos.engine.evaluate.style import CSS

_BOTH, _MISSED, _TAKEN = (240, 242, 245), (200, 40, 50), (60, 110, 200)


def page_of_masks(report: MaskReport) -> str:
    """The whole page."""
    facts = report.document()
    title = "Clouds found without a mask"
    mean = facts["mean_f1"]
    verdict = "" if mean is None else (
        f" Over {facts['scored']} stacks its F1 is <b>{mean:.2f}</b> on average, each stack "
        "counting the same."
    )  # fmt: skip
    body = "".join(
        [
            f"<h1>{title}</h1>",
            '<p class="lead">The built-in detector saw the images without their masks. What it '
            f"called cloud or shadow is compared with what the masks call so.{verdict}</p>",
            *_table(report),
            *_pictures(report),
            "<h2>Make it again</h2>",
            f"<pre>kairos evaluate {escape(' '.join(map(shlex.quote, report.paths)))} "
            f"--task masks --seed {report.seed} --output REPORT.json</pre>",
        ]
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Kairos: {title}</title><style>{CSS}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def text_of_masks(report: MaskReport) -> str:
    """The figures for a terminal."""
    lines = [f"{'stack':<24} {'cloudy':>7} {'F1':>6} {'precision':>10} {'recall':>7} {'taken':>7}"]
    for r in report.results:
        if r.cloudy is None:
            lines.append(f"{r.stack:<24} skipped: {r.skipped}")
            continue
        lines.append(
            f"{r.stack:<24} {r.cloudy:>7.3f} {_number(r.f1):>6} {_number(r.precision):>10} "
            f"{_number(r.recall):>7} {_number(r.taken):>7}"
        )
    mean = report.document()["mean_f1"]
    return "\n".join([*lines, *([] if mean is None else [f"{'mean F1':<24} {'':>7} {mean:>6.3f}"])])


def _table(report: MaskReport) -> Iterator[str]:
    yield "<h2>Stack by stack</h2><p>F1, precision and recall are of the pixels that are not "
    yield "usable; <i>taken</i> is the share of clear pixels that the detector takes for cloud.</p>"
    yield '<div class="scroll"><table><tr><th>stack</th><th>images</th><th>cloudy</th><th>F1</th>'
    yield "<th>precision</th><th>recall</th><th>taken</th>"
    yield '<th class="text">the masks</th></tr>'
    for r in report.results:
        yield f"<tr><td>{escape(r.stack)}</td><td>{r.frames or ''}</td>"
        for value in (r.cloudy, r.f1, r.precision, r.recall, r.taken):
            yield f"<td>{_number(value)}</td>"
        yield f'<td class="text">{escape(r.skipped or r.truth)}</td></tr>'
    yield "</table></div>"


def _pictures(report: MaskReport) -> Iterator[str]:
    if not report.exhibits:
        return
    yield "<h2>See for yourself</h2><p>White is cloud for both, red is what the detector missed, "
    yield "blue is what it took for cloud and the mask did not.</p>"
    for one in report.exhibits:
        stretch = Stretch.of(one.image, one.known, one.bands)
        yield f'<h3>{escape(one.stack)}, {one.date}</h3><div class="wall">'
        for name, picture in (("image", stretch(one.image, one.known)), ("masks", _compared(one))):
            yield f"<figure><figcaption><b>{name}</b></figcaption>"
            yield f'<img src="{picture}" alt="{name}"></figure>'
        yield "</div>"


def _compared(one: MaskExhibit) -> str:
    pixels = np.full((3, *one.known.shape), 70, np.uint8)
    for where, colour in (
        (one.cloudy & one.found, _BOTH),
        (one.cloudy & ~one.found, _MISSED),
        (~one.cloudy & one.found, _TAKEN),
    ):
        pixels[:, where & one.known] = np.array(colour, np.uint8)[:, None]
    return png(pixels)


def _number(value: Optional[float]) -> str:
    return "-" if value is None else f"{value:.3f}"
