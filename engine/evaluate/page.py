"""The report as one HTML file for people: tables, pictures and charts, nothing from a network."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Optional

from kairos.engine.evaluate.charts import colours_of, curve_chart, gap_chart
from kairos.engine.evaluate.gallery import Exhibit
from kairos.engine.evaluate.pictures import Stretch, error_image
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.run import BASELINE
from kairos.engine.evaluate.score import Result
from kairos.engine.evaluate.style import CSS
from kairos.engine.evaluate.words import GLOSSARY, HIDDEN, TITLE

_CURVES = 3
"""Methods whose curves are drawn beside that of linear interpolation: the best."""

_FULL = (
    ("ratio", "ratio", 3), ("low", "low", 3), ("high", "high", 3), ("mae", "MAE", 4),
    ("rmse", "RMSE", 4), ("psnr", "PSNR", 1), ("sam", "SAM", 2), ("ssim", "SSIM", 3),
    ("ssim_hidden", "SSIM hidden", 3), ("ndvi_mae", "NDVI error", 3), ("nrmse", "NRMSE", 4),
    ("nrmse_cloudy", "NRMSE cloudy", 4), ("nrmse_clear", "NRMSE clear", 4), ("within", "within", 2),
    ("interval_score", "interval score", 4),
    ("ratio_with_bright", "ratio with left-over cloud", 3),
    ("ratio_levelled", "ratio, light known", 3),
)  # fmt: skip


def page_of(report: Report) -> str:
    """The whole page."""
    facts = report.document()
    ranked = dict.fromkeys(row["model"] for row in sorted(facts["summary"], key=_ratio))
    colours = colours_of(ranked)
    best = [model for model in ranked if model != BASELINE][:_CURVES]
    few = colours_of([BASELINE, *best])
    shown = [e.exhibit for e in report.each if e.exhibit]
    title = TITLE[report.task]
    body = "".join(
        [
            f"<h1>{title}</h1>",
            f'<p class="soft">{_count(len(report.each), "stack")}, task <i>{report.task}</i>, '
            f"seed {report.seed}</p>",
            f'<p class="lead">{_lead(report, facts["summary"])}</p>',
            *_ranking(facts["summary"]),
            *_gaps(facts["by_gap"], colours),
            *_pictures(shown),
            *_curves(shown, few),
            *_stacks(report, facts),
            *_skipped(facts["results"]),
            *_words(facts["truth"]),
            *_again(report),
        ]
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Kairos: {title}</title><style>{CSS}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _lead(report: Report, summary: Sequence[Mapping[str, Any]]) -> str:
    """What was done and what came of it, in a few sentences."""
    sentences = [HIDDEN[report.task]]
    for gap in dict.fromkeys(row["gap_days"] for row in summary):
        others = [r for r in summary if r["gap_days"] == gap and r["model"] != BASELINE]
        if others:
            where = f"Over {gap} days " if gap else ""
            sentences.append(where + _verdict(min(others, key=_ratio), bool(where)))
    return " ".join(sentences)


def _verdict(best: Mapping[str, Any], short: bool) -> str:
    name, stacks = escape(best["model"]), _count(best["stacks"], "stack")
    interval = f"{best['low']:.2f} to {best['high']:.2f} nine times in ten"
    if round(best["ratio"], 2) >= 1:
        return (
            f"<b>{name}</b> came closest, but no closer than linear interpolation: its error is "
            f"<b>{best['ratio']:.2f}</b> times as large ({interval})."
        )
    verdict = (
        f"<b>{name}</b> came closest: its error is <b>{best['ratio']:.2f}</b> of that of linear "
        f"interpolation, on average over {stacks} ({interval})."
    )
    if short:
        return verdict
    return (
        f"{verdict} It is off by {best['mae']:.4f} in reflectance, and better than linear "
        f"interpolation on {best['better_than_linear']} of {stacks}."
    )


def _ranking(summary: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not summary:
        return
    yield "<h2>Which method is best</h2><p>Error relative to linear interpolation; shorter is "
    yield "better. Each stack counts the same.</p>"
    longest = max(row["ratio"] for row in summary)
    for gap in dict.fromkeys(row["gap_days"] for row in summary):
        if gap:
            yield f"<h3>{gap} days hidden</h3>"
        yield '<div class="scroll"><table><tr><th>method</th><th></th><th>ratio</th>'
        yield "<th>90 % interval</th><th>MAE</th><th>better than linear</th>"
        yield '<th class="text">worst stack</th></tr>'
        for i, row in enumerate(r for r in summary if r["gap_days"] == gap):
            width = 100 * row["ratio"] / longest
            yield f"<tr{' class=best' if i == 0 else ''}><td>{escape(row['model'])}</td>"
            yield f'<td class="bar"><i style="width:{width:.0f}%"></i></td>'
            yield f"<td>{row['ratio']:.3f}</td><td>{row['low']:.2f} to {row['high']:.2f}</td>"
            yield f"<td>{row['mae']:.4f}</td>"
            yield f"<td>{row['better_than_linear']} of {row['stacks']}</td>"
            worst = f"{escape(row['worst_stack'])} {row['worst_ratio']:.2f}"
            yield f'<td class="text">{worst}</td></tr>'
        yield "</table></div>"


def _gaps(bins: Sequence[Mapping[str, Any]], colours: Mapping[str, str]) -> Iterator[str]:
    if not bins:
        return
    yield "<h2>By the length of the gap</h2><p>The same ratio, by the days between the last "
    yield "clear look before a hidden pixel and the first after it. The grey line at 1 is linear "
    yield "interpolation, which itself gets worse to the right. Ground at the ends of the series, "
    yield "seen on one side only, counts as the longest.</p>"
    yield gap_chart(bins, colours) + _key(colours)


def _pictures(shown: Sequence[Exhibit]) -> Iterator[str]:
    if not shown:
        return
    yield "<h2>See for yourself</h2><p>For each image the truth, what the methods were given "
    yield "(grey is hidden or unknown) and what they made of it. Below each the error: white is "
    yield "right, dark red is off by 0.1 in reflectance or more.</p>"
    for one in shown:
        stretch = Stretch.of(one.truth, one.known, one.bands)
        yield f'<h3>{escape(one.stack)}, {one.date}</h3><div class="wall">'
        yield _figure("truth", "", stretch(one.truth, one.known))
        yield _figure("input", f"{one.hidden.mean():.0%} hidden",
                      stretch(one.truth, one.known & ~one.hidden))  # fmt: skip
        for model, image in one.images.items():
            error = abs(image - one.truth)[:, one.hidden].mean()
            yield _figure(model, f"error {error:.4f}", stretch(image, one.known),
                          error_image(image, one.truth, one.hidden))  # fmt: skip
        yield "</div>"


def _curves(shown: Sequence[Exhibit], colours: Mapping[str, str]) -> Iterator[str]:
    if not shown:
        return
    yield "<h2>One pixel over time</h2><p>Dots are what the methods saw, rings are what was hidden "
    yield "from them: a good line passes through the rings. "
    yield "Drawn are linear interpolation and the three best methods.</p>"
    yield _key(
        colours, '<span><i class="dot"></i>seen</span><span><i class="ring"></i>hidden</span>'
    )
    for one in shown:
        yield f"<h3>{escape(one.stack)}, row {one.row}, column {one.col}: {one.quantity}</h3>"
        yield curve_chart(one, colours)


def _stacks(report: Report, facts: Mapping[str, Any]) -> Iterator[str]:
    scored = [r for e in report.each for r in e.results if r.skipped is None]
    if not scored:
        return
    yield "<h2>Stack by stack</h2><p>Ratio of each method; bold is the best of a row.</p>"
    yield '<div class="scroll"><table><tr><th>stack</th><th>pixels</th><th>noise floor</th>'
    yield "<th>MAE, linear</th>"
    models = [m for m in report.models if m != BASELINE and any(r.model == m for r in scored)]
    yield "".join(f"<th>{escape(m)}</th>" for m in models) + "</tr>"
    floor = {n["stack"]: n["mae"] for n in facts["noise_floor"]}
    for evaluation in report.each:
        for gap in dict.fromkeys(r.gap_days for r in evaluation.results if r.skipped is None):
            of = {r.model: r for r in evaluation.results if r.gap_days == gap and not r.skipped}
            yield _row(of, models, floor.get(next(iter(of.values())).stack))
    yield "</table></div><details><summary>All figures, sorted by ratio</summary>"
    yield '<div class="scroll"><table><tr><th>stack</th><th class="text">method</th>'
    yield "".join(f"<th>{label}</th>" for _, label, _ in _FULL) + "</tr>"
    for r in sorted(scored, key=lambda r: (r.ratio is None, r.ratio or 0)):
        values = r.as_json()
        yield f'<tr><td>{escape(_name(r))}</td><td class="text">{escape(r.model)}</td>'
        yield "".join(f"<td>{_number(values[key], digits)}</td>" for key, _, digits in _FULL)
        yield "</tr>"
    yield "</table></div></details>"


def _row(of: Mapping[str, Result], models: Sequence[str], floor: Optional[float]) -> str:
    any_ = next(iter(of.values()))
    best = min((round(r.ratio, 2) for r in of.values() if r.ratio is not None), default=None)
    linear = None if not any_.ratio or any_.mae is None else any_.mae / any_.ratio
    cells = [_name(any_), f"{any_.pixels:,}", _number(floor, 4), _number(linear, 4)]
    for model in models:
        ratio = of[model].ratio if model in of else None
        text = _number(ratio, 2)
        cells.append(f"<b>{text}</b>" if ratio is not None and round(ratio, 2) == best else text)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _skipped(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    reasons: dict[tuple[str, str], list[str]] = {}
    for r in results:
        if r["skipped"]:
            name = r["stack"] + (f" ({r['gap_days']} days)" if r["gap_days"] else "")
            reasons.setdefault((name, r["skipped"]), []).append(r["model"])
    if reasons:
        yield "<h2>What was left out</h2><table><tr><th>stack</th><th class=text>method</th>"
        yield "<th class=text>why</th></tr>"
        for (name, reason), models in reasons.items():
            yield f"<tr><td>{escape(name)}</td><td class=text>{escape(', '.join(models))}</td>"
            yield f'<td class=text style="white-space:normal">{escape(reason)}</td></tr>'
        yield "</table>"


def _words(truth: str) -> Iterator[str]:
    yield "<h2>What the words mean</h2><dl>"
    yield "".join(f"<dt>{escape(word)}</dt><dd>{escape(text)}</dd>"
                  for word, text in {**GLOSSARY, "Left-over cloud": truth}.items())  # fmt: skip
    yield "</dl>"


def _again(report: Report) -> Iterator[str]:
    stacks = " ".join(shlex.quote(path) for path in report.evaluations)
    models = ",".join(report.models)
    more = " --with-bright" if report.bright else ""
    command = f"kairos evaluate {stacks} --task {report.task} --models {models}"
    same = "The same command gives the same figures."
    if report.part:
        same = (
            f"Measured here: {escape(report.part)}. The command below measures "
            "more of the stack, so its figures differ a little."
        )
    yield f"<h2>Make it again</h2><p>{same}</p>"
    yield f"<pre>{escape(command)} --seed {report.seed}{more} --output REPORT.json</pre>"
    times = (
        f"{escape(model)} {sum(e.seconds.get(model, 0.0) for e in report.each):.1f} s"
        for model in report.models
    )
    yield f"<footer>Time to learn and to answer, all stacks: {', '.join(times)}.</footer>"


def _ratio(row: Mapping[str, Any]) -> float:
    return float(row["ratio"])


def _figure(name: str, note: str, *images: str) -> str:
    pictures = "".join(f'<img src="{image}" alt="{escape(name)}">' for image in images)
    caption = f"<b>{escape(name)}</b>{escape(note) or '&nbsp;'}"
    return f"<figure><figcaption>{caption}</figcaption>{pictures}</figure>"


def _key(colours: Mapping[str, str], more: str = "") -> str:
    keys = "".join(
        f'<span><i style="background:{colour}"></i>{escape(model)}</span>'
        for model, colour in colours.items()
    )
    return f'<div class="key">{more}{keys}</div>'


def _name(result: Result) -> str:
    return result.stack + (f", {result.gap_days} days" if result.gap_days else "")


def _number(value: Optional[float], digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
