"""The command line: the same acts for a shell and a cluster.

Results go to stdout, progress and errors to stderr. Exit codes: 0 done, 1 a named error,
2 wrong usage, 130 cancelled.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from rasterio.errors import NotGeoreferencedWarning

from kairos.engine import process
from kairos.engine.errors import CancelledError, KairosError, ModelError
from kairos.engine.notices import heard_by
from kairos.engine.registry import MODELS
from kairos.engine.shell import arguments, commands
from kairos.engine.shell.bar import STYLES
from kairos.engine.shell.streams import without_chatter
from kairos.engine.stac import command as fetch

TASKS = ("cloud", "frame", "anytime", "gap", "masks")


_CANCELLED = {
    **dict.fromkeys(("clean", "fetch"), "Cancelled; images that were finished are kept."),
    "train": "Cancelled; the same command goes on from the last checkpoint.",
}
"""What is left of a command that was cut."""


def main(words: Optional[Sequence[str]] = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(words)
    warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a stack may lie anywhere
    signal.signal(signal.SIGTERM, _interrupt)
    process.prepare()
    if options.verbose:
        logging.basicConfig(level=logging.DEBUG)
        return _run(options)
    with without_chatter():
        logging.basicConfig(level=logging.CRITICAL)
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        with heard_by(commands.warn):
            code = int(options.run(options))
        sys.stdout.flush()
        return code
    except KairosError as error:
        return _say(error)
    except KeyboardInterrupt:
        return _say(CancelledError(_CANCELLED.get(options.command, "Cancelled.")))
    except BrokenPipeError:  # the reader of stdout has gone; nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        what = f"{error.filename or 'A file'} cannot be used ({error.strerror or error})"
        return _say(KairosError(f"{what}; check the path."))
    except MemoryError:
        return _say(KairosError("The memory of this machine is used up; close other programs."))


def _say(error: KairosError) -> int:
    logging.getLogger("kairos").debug("%s", error.details)
    print(f"kairos: {' '.join(error.message.split())}", file=sys.stderr)
    return error.exit_code


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kairos", description="A cloud-free satellite image of any day."
    )
    parser.add_argument("--verbose", action="store_true", help="write a log to stderr")
    adder = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    info = adder.add_parser("info", help="what a stack holds and what can run on it")
    _takes_stack(info)
    info.add_argument("--json", action="store_true", help="as one JSON object")
    info.set_defaults(run=commands.info)

    clean = adder.add_parser("clean", help="fill the clouds of every image")
    _takes_stack(clean)
    clean.add_argument("--output", type=Path, required=True, metavar="DIR")
    _takes_model(clean)
    clean.add_argument(
        "--dates", type=arguments.span, metavar="A:B", help="only images of these days"
    )
    _takes_device(clean)
    clean.add_argument("--uncertainty", action="store_true", help="also write <stem>_SIGMA.tif")
    clean.add_argument("--source", action="store_true", help="also write <stem>_SOURCE.tif")
    clean.add_argument("--fit", action="store_true", help="adapt a learned model to the stack")
    clean.add_argument(
        "--cube", type=Path, metavar="FILE.nc|FILE.zarr", help="also write one cube of all images"
    )
    clean.add_argument("--stac", action="store_true", help="also write a STAC item for each image")
    again = clean.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with an earlier run")
    again.add_argument("--overwrite", action="store_true", help="replace what is there")
    clean.add_argument(
        "--memory", type=float, metavar="GB",
        help="that a process may take; by default what suits this machine",
    )  # fmt: skip
    clean.add_argument(
        "--cluster", metavar="ADDR", help="run on the Dask cluster with a scheduler at this address"
    )
    clean.add_argument(
        "--compression", choices=("ZSTD", "DEFLATE"), default="ZSTD",
        help="DEFLATE for readers from before 2018",
    )  # fmt: skip
    _shows_progress(clean)
    clean.set_defaults(run=commands.clean)

    frame = adder.add_parser("frame", help="rebuild the image of any day")
    _takes_stack(frame)
    frame.add_argument("--date", type=arguments.day, required=True, metavar="YYYY-MM-DD")
    frame.add_argument("--output", type=Path, required=True, metavar="FILE.tif")
    _takes_model(frame)
    _takes_device(frame)
    frame.add_argument("--uncertainty", action="store_true", help="also write <stem>_SIGMA.tif")
    frame.add_argument("--source", action="store_true", help="also write <stem>_SOURCE.tif")
    frame.add_argument(
        "--days", action="store_true", help="also write <stem>_DAYS.tif: to the nearest clear look"
    )
    _shows_progress(frame)
    frame.set_defaults(run=commands.frame)

    curve = adder.add_parser("curve", help="read the index curve of a pixel")
    _takes_stack(curve)
    curve.add_argument("--xy", type=float, nargs=2, required=True, metavar=("X", "Y"))
    curve.add_argument(
        "--xy-crs", metavar="EPSG:4326",
        help="reference system of X Y; by default the stack's, or longitude and latitude",
    )  # fmt: skip
    curve.add_argument("--index", default="NDVI", help="NDVI, EVI, NDWI, NDMI or NBR")
    curve.add_argument("--output", type=Path, required=True, metavar="FILE.csv")
    _takes_model(curve)
    _takes_device(curve)
    _shows_progress(curve)
    curve.set_defaults(run=commands.curve)

    evaluate = adder.add_parser("evaluate", help="hide clear pixels, rebuild them, compare")
    evaluate.add_argument("stacks", type=Path, nargs="+", metavar="STACK")
    evaluate.add_argument("--task", choices=TASKS, required=True)
    evaluate.add_argument("--models", type=arguments.models, metavar="a,b,...",
                          default=("linear", "temporal", "scene-regression"))  # fmt: skip
    evaluate.add_argument("--seed", type=int, default=7)
    evaluate.add_argument(
        "--with-bright", action="store_true",
        help="take usable pixels far brighter than usual for truth and not for left-over cloud",
    )  # fmt: skip
    evaluate.add_argument(
        "--output", type=Path, metavar="REPORT.json", help="and REPORT.html beside it"
    )
    _shows_progress(evaluate)
    evaluate.set_defaults(run=commands.evaluate)

    bench = adder.add_parser("bench", help="how fast Kairos is on this machine")
    bench.add_argument("--models", type=arguments.models, metavar="a,b,...", default=None,
                       help="by default all that can run here")  # fmt: skip
    bench.add_argument("--quick", action="store_true", help="small stacks only, measured once")
    bench.add_argument(
        "--size", type=arguments.numbers, metavar="512,1024,...", default=(),
        help="instead clean stacks of these sides, files and all, with the first model (by default "
        "scene-regression)",
    )  # fmt: skip
    bench.add_argument(
        "--workers", type=arguments.numbers, metavar="0,2,...", default=(0,),
        help="with --size: on a cluster of so many processes here, 0 for none",
    )  # fmt: skip
    bench.add_argument("--memory", type=float, metavar="GB", help="with --size, as for clean")
    bench.add_argument("--json", action="store_true", help="as one JSON object")
    _shows_progress(bench)
    bench.set_defaults(run=commands.bench)

    train = adder.add_parser("train", help="train a model, or fit one to a stack")
    train.add_argument("config", type=Path, nargs="?", metavar="CONFIG.toml")
    train.add_argument("--stack", type=Path, help="fit the bundled weights to this stack")
    train.add_argument("--model", choices=("agflow",), default="agflow")
    train.add_argument(
        "--output", type=Path, default=Path("build/train"), metavar="DIR",
        help="of checkpoints, the log and the weights; a run that was cut goes on there",
    )  # fmt: skip
    _takes_device(train)
    _shows_progress(train)
    train.set_defaults(run=_train)

    fetch.add_to(adder)

    sample = adder.add_parser("sample", help="write a simulated stack to try Kairos on")
    sample.add_argument("directory", type=Path, metavar="DIR")
    sample.add_argument("--seed", type=int, default=7)
    sample.add_argument("--size", type=arguments.size, default=128, metavar="PIXELS")
    sample.set_defaults(run=commands.sample)

    worker = adder.add_parser("worker", help="answer requests as JSON lines (used by QGIS)")
    worker.set_defaults(run=commands.worker)
    return parser


def _train(options: argparse.Namespace) -> int:
    try:
        from kairos.engine.train import command  # needs torch, which nothing else here does
    except ModuleNotFoundError as error:
        raise ModelError(
            f"Training needs {error.name}, which is not installed; "
            "install it with: pip install 'kairos-eo[train]'."
        ) from error
    return command.run(options)


def _takes_stack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stack", type=Path, metavar="STACK")
    parser.add_argument(
        "--scl-clear", type=arguments.classes, metavar="4,5,6,7",
        help="Sen2Cor classes that count as clear",
    )  # fmt: skip
    parser.add_argument(
        "--no-detector", dest="detector", action="store_false",
        help="take every pixel of images without a mask as clear",
    )  # fmt: skip


def _takes_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", choices=MODELS, metavar="NAME", help=", ".join(MODELS))


def _takes_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")


def _shows_progress(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--progress", choices=STYLES, default="auto")


if __name__ == "__main__":
    sys.exit(main())
