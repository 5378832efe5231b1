"""What each command does, between the parsed options and the engine."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Optional

from kairos.engine.api import open_stack
from kairos.engine.clean.run import CleanOptions
from kairos.engine.clear import SCL_USABLE
from kairos.engine.curve.pixel import curve_at
from kairos.engine.errors import OutputError
from kairos.engine.evaluate.benchmark import measure
from kairos.engine.evaluate.mask_page import page_of_masks, text_of_masks
from kairos.engine.evaluate.mask_task import survey_masks
from kairos.engine.evaluate.metrics import ensure_libraries
from kairos.engine.evaluate.page import page_of
from kairos.engine.evaluate.score import Result
from kairos.engine.evaluate.size import as_text, growth, measure_sizes
from kairos.engine.evaluate.survey import survey
from kairos.engine.export.run import Exports, clean_and_export
from kairos.engine.frame.day import frame_at
from kairos.engine.models.weights import fitted_file
from kairos.engine.rasters.write import failures, write_text
from kairos.engine.registry import CLOSED_FORMS, QUICK, default_model, fit_of, readiness
from kairos.engine.shell.bar import progress_to
from kairos.engine.shell.info import describe
from kairos.engine.simulate.sample import write_sample
from kairos.engine.stack import Stack


def info(options: Namespace) -> int:
    """`kairos info`"""
    with _open(options, quiet=options.json) as stack:
        facts = describe(stack)
    if options.json:
        print(json.dumps(facts))
        return 0
    frames = facts["frames"]
    clear = sum(f["clear"] for f in frames) / len(frames)
    print(f"{stack.root}: {len(frames)} images on {len(facts['dates'])} dates, {clear:.0%} clear")
    print(f"  recognised as {facts['recognised']}")
    print(f"  {facts['dates'][0]} to {facts['dates'][-1]}, bands {', '.join(facts['bands'])}")
    print(f"  {facts['width']} x {facts['height']} pixels, {facts['crs'] or 'no CRS'}")
    radar = f": {facts['radar']}" if facts["radar"] else ""
    print(f"  radar on {len(facts['radar_dates'])} dates{radar}")
    print(f"  model {facts['default_model']}: {facts['default_reason']}")
    for frame_ in frames:
        print(
            f"  {frame_['date']}  {frame_['clear']:4.0%}  {frame_['file']}  {frame_['mask_rule']}"
        )
    return 0


def clean(options: Namespace) -> int:
    """`kairos clean`"""
    _check_device(options)
    if options.fit:
        _fit(options)
    first, last = options.dates or (None, None)
    wanted = CleanOptions(
        model=options.model,
        first=first,
        last=last,
        uncertainty=options.uncertainty,
        source=options.source,
        resume=options.resume,
        overwrite=options.overwrite,
        compression=options.compression,
        memory=options.memory,
        cluster=options.cluster,
    )
    with _open(options) as stack, progress_to(options.progress) as progress:
        also = Exports(options.cube, options.stac)
        made = clean_and_export(stack, options.output, wanted, also, progress)
    kept = f", {made.kept} of them from before" if made.kept else ""
    print(f"{len(made.files)} images in {options.output}{kept}")
    return 0


def frame(options: Namespace) -> int:
    """`kairos frame`"""
    _check_device(options)
    with _open(options) as stack, progress_to(options.progress) as progress:
        made = frame_at(
            stack,
            options.date,
            options.output,
            model=options.model,
            uncertainty=options.uncertainty,
            source=options.source,
            days=options.days,
            progress=progress,
        )
    if made.warning:
        warn(made.warning)
    print(f"{made.file}: {made.observed:.0%} observed, doubt of the rest {made.sigma:.4f}")
    return 0


def curve(options: Namespace) -> int:
    """`kairos curve`"""
    _check_device(options)
    with _open(options) as stack, progress_to(options.progress) as progress:
        made = curve_at(
            stack,
            *options.xy,
            crs=options.xy_crs,
            index=options.index,
            model=options.model,
            output=options.output,
            progress=progress,
        )
    print(f"{options.output}: {made.index} of row {made.row}, column {made.col}")
    return 0


def evaluate(options: Namespace) -> int:
    """`kairos evaluate`"""
    if options.output is not None and options.output.suffix == ".html":
        raise OutputError(f"{options.output} is to hold JSON; name it REPORT.json.")
    if options.task == "masks":
        return _evaluate_masks(options)
    ensure_libraries()
    ready = readiness()
    if not any(ready[model] == "ready" for model in options.models):
        fit_of(options.models[0])  # says why it cannot run
    with progress_to(options.progress) as progress:
        report = survey(
            options.stacks,
            options.task,
            options.models,
            options.seed,
            progress,
            bright=options.with_bright,
            pictures=options.output is not None,
            warn=warn,
        )
    if options.output is not None:
        write_text(options.output, report.as_json())
        write_text(options.output.with_suffix(".html"), page_of(report))
    _print_table([r for e in report.each for r in e.results])
    return 0


def _evaluate_masks(options: Namespace) -> int:
    """`kairos evaluate --task masks`"""
    with progress_to(options.progress) as progress:
        report = survey_masks(
            options.stacks,
            options.seed,
            progress,
            scl_usable=SCL_USABLE,
            pictures=options.output is not None,
            warn=warn,
        )
    if options.output is not None:
        write_text(options.output, report.as_json())
        write_text(options.output.with_suffix(".html"), page_of_masks(report))
    print(text_of_masks(report))
    return 0


def bench(options: Namespace) -> int:
    """`kairos bench`"""
    if options.size:
        return _bench_size(options)
    with progress_to(options.progress) as progress:
        figures = measure(options.models, quick=options.quick, progress=progress)
    print(json.dumps(figures.as_json()) if options.json else figures.as_text())
    return 0


def _bench_size(options: Namespace) -> int:
    """`kairos bench --size`"""
    with progress_to(options.progress) as progress:
        sizes = measure_sizes(
            options.size,
            model=options.models[0] if options.models else QUICK,
            workers=options.workers,
            memory=options.memory,
            progress=progress,
        )
    if options.json:
        print(json.dumps({"sizes": [asdict(s) for s in sizes], "growth": growth(sizes)}))
    else:
        print(as_text(sizes))
    return 0


def sample(options: Namespace) -> int:
    """`kairos sample`"""
    directory: Path = options.directory
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise OutputError(f"{directory} is not an empty folder; choose a new one for the sample.")
    with failures(directory):
        files = write_sample(directory, seed=options.seed, size=(options.size, options.size))
    print(f"{len(files)} files in {directory}")
    return 0


def worker(options: Namespace) -> int:
    """`kairos worker`"""
    from kairos.engine.worker import main  # takes over stdout, so only when asked for

    return main()


def _open(options: Namespace, *, quiet: bool = False) -> Stack:
    stack = open_stack(options.stack, options.scl_clear or SCL_USABLE, detector=options.detector)
    for warning in () if quiet else stack.warnings:
        warn(warning)
    return stack


def warn(text: str) -> None:
    """Say what a person should know on the stream of errors."""
    print(f"kairos: warning: {text}", file=sys.stderr)


def _fit(options: Namespace) -> None:
    """Fit a learned model to the stack, unless that was done before."""
    name = options.model or default_model()[0]
    if name in CLOSED_FORMS:
        warn("--fit changes nothing: this model learns from the stack in any case.")
        return
    if fitted_file(options.stack, name).exists():
        return
    fit_of(name)  # says why it cannot run
    from kairos.engine.train.command import fit_stack  # needs torch

    fit_stack(options.stack, name, options.progress)


def _check_device(options: Namespace) -> None:
    """Tell the learned models where to run."""
    os.environ["KAIROS_DEVICE"] = options.device
    if options.device != "cuda":
        return
    if (options.model or default_model()[0]) in CLOSED_FORMS:
        warn("this model runs on the CPU; --device cuda changes nothing.")
        return
    from kairos.engine.models.device import device_of  # torch takes a second to load

    device_of()  # says so at once where there is none


def _print_table(results: Sequence[Result]) -> None:
    print(f"{'stack':<24} {'task':<8} {'model':<18} {'pixels':>8} {'MAE':>8} {'ratio':>7}")
    for r in results:
        task = f"{r.task} {r.gap_days}" if r.gap_days else r.task
        if r.skipped:
            print(f"{r.stack:<24} {task:<8} {r.model:<18} skipped: {r.skipped}")
        else:
            print(
                f"{r.stack:<24} {task:<8} {r.model:<18} {r.pixels:>8} {r.mae:>8.4f} "
                f"{_figure(r.ratio)}"
            )
    for model in dict.fromkeys(r.model for r in results):
        ratios = [r.ratio for r in results if r.model == model and r.ratio is not None]
        if len(ratios) > 1:
            mean = sum(ratios) / len(ratios)
            print(f"{f'mean of {len(ratios)}':<24} {'':<8} {model:<18} {'':>8} {'':>8} "
                  f"{_figure(mean)}")  # fmt: skip


def _figure(ratio: Optional[float]) -> str:
    return f"{'-':>7}" if ratio is None else f"{ratio:>7.3f}"
