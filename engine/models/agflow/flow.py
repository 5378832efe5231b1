"""Masked flow matching: the path from x_0 to x_1, and the steps along it.

x_tau = (1 - tau) x_0 + tau x_1 where something is hidden; observed pixels stay as they are at
every step (Lipman et al. 2023; clamped as in AGFlow, arXiv 2605.27726).
"""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.network import AGFlow, Encoded, Prediction
from kairos.engine.models.agflow.regression import CENTRE, SPREAD, Solved
from kairos.engine.models.agflow.scene import SLOTS, Place, Question
from kairos.engine.rasters.grid import Window

_PERIOD = 128
"""Pixels after which the noise of a day repeats itself."""


def clamped(x: Tensor, question: Question) -> Tensor:
    """x where hidden, the observation where clear."""
    return torch.where(question.clear > 0, question.start, x)


def noise_of(
    question: Question, config_patch: int, *, anchored: bool, generator: Optional[torch.Generator]
) -> Tensor:
    """A draw of what is added to the start: (Q, 10, H, W).

    Anchored: smooth noise at the scale of the doubt, one spectral vector a patch; as in the
    paper: white noise at the scale of reflectances.
    """
    q, c, height, width = question.start.shape
    if not anchored:
        white = torch.randn(q, c, height, width, generator=generator)
        return (CENTRE + SPREAD * white).to(question.start.device)
    coarse = torch.randn(q, c, height // config_patch, width // config_patch, generator=generator)
    smooth = nn.functional.interpolate(
        coarse.to(question.start.device), (height, width), mode="bilinear", align_corners=False
    )
    return smooth * question.sigma


def noise_of_day(day: int, window: Window, place: Place) -> Tensor:
    """The white noise of a day on a tile, (1, 10, H, W): the same for a pixel in whichever tile."""
    draws = torch.Generator().manual_seed(day)
    white = torch.randn(1, SLOTS, _PERIOD, _PERIOD, generator=draws)
    height, width = place.outer
    rows = (window.row - place.above + torch.arange(height)) % _PERIOD
    cols = (window.col - place.left + torch.arange(width)) % _PERIOD
    return CENTRE + SPREAD * white[:, :, rows][..., cols]


def start_of(question: Question, noise: Optional[Tensor], *, anchored: bool) -> Tensor:
    """x_0; anchored and without noise the start itself."""
    if noise is None:
        return question.start if anchored else clamped(torch.zeros_like(question.start), question)
    return clamped(question.start + noise if anchored else noise, question)


def on_path(x_0: Tensor, x_1: Tensor, tau: Tensor, question: Question) -> Tensor:
    """x_tau for tau (Q,)."""
    t = tau[:, None, None, None]
    return clamped((1 - t) * x_0 + t * x_1, question)


def integrate(
    network: AGFlow,
    known: Encoded,
    question: Question,
    steps: int,
    noise: Optional[Tensor] = None,
    taught: Optional[Solved] = None,
) -> Prediction:
    """Follow the flow from x_0 in so many Euler steps; the prediction of x_1 and its scale."""
    anchored = network.config.anchored
    x = start_of(question, noise, anchored=anchored)
    prediction = Prediction(x, question.sigma)
    for step in range(steps):
        tau = torch.full_like(question.days, step / steps, dtype=torch.float32)
        prediction = network.decode(known, question, x, tau, taught)
        if anchored:  # the velocity leads to the target in the time that is left
            moved = torch.lerp(x, prediction.target, 1 / (steps - step))
        else:
            moved = x + prediction.target / steps
        x = clamped(moved, question)
    return Prediction(x, prediction.scale, prediction.learned)
