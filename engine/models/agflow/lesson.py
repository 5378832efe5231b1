"""What a frame teaches the learned regression, from clear pixels all over the stack.

Learned once for each frame and used on every tile, so that tiles meet without a seam, and a tile
on which the frame shows nothing is filled like the others.
"""

from __future__ import annotations

from typing import Optional

import numpy as np
import torch

from kairos.engine.arrays import day_numbers
from kairos.engine.models.agflow.regression import LearnedRegression, Solved
from kairos.engine.models.agflow.scene import Place, Question, question_of, to
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.gate import spaced

_MOST_TILES = 16
_PIXELS = 4096


def taught_by(
    position: int, regression: LearnedRegression, anchors: AnchorMethod, device: torch.device
) -> Optional[Solved]:
    """What the frame at a place among the dates teaches; None where it shows nothing.

    Args:
        position: of the frame.
        regression: with the features.
        anchors: of the stack, with the sample that they were fitted to.
        device: where the regression is.
    """
    counts = [int(state.tile.clear[position].sum()) for state in anchors.sample]
    showing = [i for i, count in enumerate(counts) if count]
    if not showing:
        return None
    chosen = [showing[k] for k in spaced(len(showing), _MOST_TILES)]
    share = min(1.0, _PIXELS / sum(counts[i] for i in chosen))
    rng = np.random.default_rng(position)
    parts = []
    for i in chosen:
        state, (base, _) = anchors.sample[i], anchors.scene.bases[i]
        tile, place = state.tile, Place.of(state.tile, regression.patch)
        pixels = np.flatnonzero(tile.clear[position])
        if share < 1:
            count = max(1, round(share * len(pixels)))
            pixels = np.sort(rng.choice(pixels, count, replace=False))
        frame = anchors.shown(state, position, base[position, : len(tile.bands)])
        day = day_numbers(tile.dates[position : position + 1])
        parts.append(question_of(tile, day, [frame], place).pixels(place.flat(pixels)))
    question = Question.beside(parts)
    with torch.inference_mode():
        each = sum(counts) / question.clear.shape[-1]
        return regression.teach(to(question, device), each)
