"""The method `agflow`: the network of the bundled weights on the starts of the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Optional

import numpy as np
import torch
from torch import Tensor

from kairos.engine.arrays import DateArray, FloatArray, day_numbers
from kairos.engine.errors import ModelError
from kairos.engine.method import Estimate, Source
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.flow import integrate
from kairos.engine.models.agflow.network import AGFlow, Encoded
from kairos.engine.models.agflow.scene import Place, question_of, scene_of, slots_of, to
from kairos.engine.models.anchor import Anchor, AnchorMethod, AnchorState
from kairos.engine.models.device import device_of
from kairos.engine.models.gate import OPEN, Gate, gate_of, mix
from kairos.engine.models.weights import file_of, read
from kairos.engine.stack import Tile

_TO_SIGMA = np.float32(np.log(10) / 1.645)
"""A Laplace error of scale 1 stays within this many sigma-intervals nine times in ten."""


@dataclass(frozen=True)
class AGFlowState:
    """A tile with its starts and what the encoder keeps of it."""

    anchors: AnchorState
    known: Encoded
    place: Place

    @property
    def tile(self) -> Tile:
        """The tile itself."""
        return self.anchors.prior.tile


@dataclass(frozen=True)
class AGFlowMethod:
    """A network and the starts of a stack."""

    network: AGFlow
    anchors: AnchorMethod
    device: torch.device
    gate: Gate = OPEN
    """How far this stack lets the network move the start."""
    margin: ClassVar[int] = 32
    narrow: ClassVar[int] = 12

    @classmethod
    def fit(cls, sample: Sequence[Tile], weights: Optional[Path] = None) -> AGFlowMethod:
        """A network with starts fitted to a sample of a stack.

        Args:
            sample: of the stack.
            weights: the bundled ones if None.

        Raises:
            ModelError: the weights are missing or damaged.
        """
        return cls.of(network_of(weights or file_of("agflow")), sample)

    @classmethod
    def of(cls, network: AGFlow, sample: Sequence[Tile]) -> AGFlowMethod:
        """A network with starts fitted to a sample of a stack, and how far that may move them."""
        device = device_of()
        network = network.to(device)
        gate = gate_of(sample, lambda shown: cls(network, AnchorMethod.fit(shown), device).answers)
        return cls(network, AnchorMethod.fit(sample), device, gate)

    def prepare(self, tile: Tile) -> AGFlowState:
        """Encode the tile."""
        place = Place.of(tile, self.network.config.patch)
        with torch.inference_mode():
            known = self.network.encode(to(scene_of(tile, place), self.device))
        return AGFlowState(self.anchors.prepare(tile), known, place)

    def estimate(self, state: AGFlowState, dates: DateArray) -> Estimate:
        """The frames of these days, one after the other."""
        frames = [self._frame(state, dates[d : d + 1]) for d in range(len(dates))]
        return Estimate(
            np.stack([f.mean[0] for f in frames]),
            np.stack([f.sigma[0] for f in frames]),
            np.stack([f.source[0] for f in frames]),
        )

    def answers(self, tile: Tile, days: DateArray) -> Iterator[tuple[Anchor, Sequence[FloatArray]]]:
        """For each day its start and where the network would move it to, each (C, h, w)."""
        state = self.prepare(tile)
        for d in range(len(days)):
            anchor = self.anchors.start(state.anchors, days[d : d + 1])
            yield anchor, self._refined(state, days[d : d + 1], anchor)[0]

    def _frame(self, state: AGFlowState, day: DateArray) -> Estimate:
        anchor = self.anchors.start(state.anchors, day)
        mean, sigma = anchor.start.copy(), anchor.sigma.copy()
        hidden, blend = ~anchor.clear, self.gate.of(anchor)
        share = np.float32(sum(blend))
        if share and hidden.any():
            found, scale = self._refined(state, day, anchor)
            moved = mean + mix([answer - mean for answer in found], blend)
            good = hidden & np.isfinite(moved).all(axis=0) & np.isfinite(scale).all(axis=0)
            np.copyto(mean, moved, where=good)
            np.copyto(sigma, sigma + share * (scale - sigma), where=good)
        source = np.where(hidden, Source.MODEL, Source.OBSERVED).astype(np.uint8)
        if not share:
            source[hidden] = Source.SCENE if anchor.from_scene else Source.TIME
        sigma[:, anchor.clear] = 0
        hole = state.anchors.unseen & hidden
        mean[:, hole], sigma[:, hole], source[hole] = np.nan, np.nan, Source.UNSEEN
        return Estimate(mean[None], sigma[None], source[None])

    def _refined(
        self, state: AGFlowState, day: DateArray, anchor: Anchor
    ) -> tuple[list[FloatArray], FloatArray]:
        """Where the flow, and its learned regression alone, move the start to; the doubt.

        All are (C, h, w).
        """
        question = to(question_of(state.tile, day_numbers(day), [anchor], state.place), self.device)
        with torch.inference_mode():
            found = integrate(self.network, state.known, question, self.network.config.steps)
        rows, cols = state.place.inner
        own, slots = slots_of(state.tile.bands)

        def unslotted(values: Tensor, default: FloatArray) -> FloatArray:
            image = default.copy()
            image[own] = values[0, slots, rows, cols].float().cpu().numpy()
            return image

        answers = [found.target] if found.learned is None else [found.target, found.learned]
        return (
            [unslotted(answer, anchor.start) for answer in answers],
            unslotted(found.scale * float(_TO_SIGMA), anchor.sigma),
        )


@lru_cache(maxsize=2)
def network_of(file: Path) -> AGFlow:
    """The network of a weights file, ready to answer.

    Raises:
        ModelError: missing, damaged, or of another architecture.
    """
    config, tensors = read(file)
    try:
        network = AGFlow(AGFlowConfig(**config))
        network.load_state_dict(tensors)
    except (TypeError, RuntimeError) as error:
        raise ModelError(
            f"The weights {file.name} belong to another version of Kairos; install it again.",
            str(error),
        ) from error
    return network.eval().requires_grad_(False)
