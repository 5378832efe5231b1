"""Progress on stderr: a bar on a terminal, JSON lines on request, else nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from kairos.engine.progress import Progress, silent

STYLES = ("auto", "bar", "json", "none")

_JSON_EVERY = 0.4
"""Seconds between JSON lines of one stage."""

_FORM = "{desc:<12} {percentage:3.0f}% |{bar:30}| {elapsed}<{remaining}"


@contextmanager
def progress_to(style: str) -> Iterator[Progress]:
    """A listener that shows progress in a style of `STYLES`."""
    if style == "auto":
        style = "bar" if sys.stderr.isatty() else "none"
    if style == "json":
        yield _json_lines()
    elif style == "bar":
        with tqdm(total=1.0, bar_format=_FORM, file=sys.stderr, leave=False) as bar:

            def show(stage: str, done: float) -> None:
                bar.set_description_str(stage, refresh=False)
                bar.update(max(0.0, done - bar.n))

            yield show
    else:
        yield silent


def _json_lines() -> Progress:
    last = ("", 0.0)

    def tell(stage: str, done: float) -> None:
        nonlocal last
        now = time.monotonic()
        if stage == last[0] and now - last[1] < _JSON_EVERY and done < 1:
            return
        last = (stage, now)
        line = {"stage": stage, "done": round(done, 4)}
        print(json.dumps(line), file=sys.stderr, flush=True)

    return tell
