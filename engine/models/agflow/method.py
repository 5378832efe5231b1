"""The method `agflow`: the network of the bundled weights on the starts of the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Optional

import numpy as np
import torch
from torch import Tensor

from kairos.engine.arrays import DateArray, FloatArray, day_numbers
from kairos.engine.errors import ModelError
from kairos.engine.method import Estimate, Source, positions
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.flow import integrate
from kairos.engine.models.agflow.lesson import taught_by
from kairos.engine.models.agflow.network import AGFlow, Encoded, Prediction
from kairos.engine.models.agflow.pixels import PixelHead
from kairos.engine.models.agflow.regression import LearnedRegression, Solved
from kairos.engine.models.agflow.scene import Place, question_of, scene_of, slots_of, to
from kairos.engine.models.anchor import Anchor, AnchorMethod, AnchorState
from kairos.engine.models.device import alone, device_of
from kairos.engine.models.gate import OPEN, Blend, Gate, gate_of, mix
from kairos.engine.models.weights import file_of, read
from kairos.engine.stack import Tile

_TO_SIGMA = np.float32(np.log(10) / 1.645)
"""A Laplace error of scale 1 stays within this many sigma-intervals nine times in ten."""


@dataclass(frozen=True)
class AGFlowState:
    """A tile with its starts and what the encoder keeps of it."""

    anchors: AnchorState
    known: Optional[Encoded]
    """None where the gate lets no flow through."""
    place: Place

    @property
    def tile(self) -> Tile:
        """The tile itself."""
        return self.anchors.tile


@dataclass(frozen=True)
class AGFlowMethod:
    """A network and the starts of a stack."""

    network: AGFlow
    anchors: AnchorMethod
    device: torch.device
    gate: Gate = OPEN
    """How far this stack lets the network move the start."""
    margin: ClassVar[int] = 32
    _taught: dict[int, Optional[Solved]] = field(default_factory=dict, repr=False)

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

    def learn(self, position: int) -> None:
        """Learn the frame at a place among the dates."""
        blend = self._blend(position)
        if position >= 0 and any(blend):
            self._lesson(position)

    def lean(self) -> AGFlowMethod:
        """The same without the sample, for the frames that it has learned."""
        return replace(self, anchors=self.anchors.lean())

    def prepare(self, tile: Tile) -> AGFlowState:
        """Encode the tile."""
        place = Place.of(tile, self.network.config.patch)
        known: Optional[Encoded] = None
        if self.gate.scene[0] or self.gate.time[0]:
            with torch.inference_mode():
                known = self.network.encode(to(scene_of(tile, place), self.device))
        return AGFlowState(self.anchors.prepare(tile), known, place)

    def estimate(self, state: AGFlowState, dates: DateArray) -> Estimate:
        """The frames of these days, one after the other."""
        frames = [self._frame(state, dates[d : d + 1]) for d in range(len(dates))]
        return Estimate(
            np.concatenate([f.mean for f in frames]),
            np.concatenate([f.sigma for f in frames]),
            np.concatenate([f.source for f in frames]),
        )

    def answers(self, tile: Tile, days: DateArray) -> Iterator[tuple[Anchor, Sequence[FloatArray]]]:
        """For each day its start and where the network would move it to, each (C, h, w)."""
        state = self.prepare(tile)
        for d in range(len(days)):
            anchor = self.anchors.start(state.anchors, days[d : d + 1])
            yield anchor, self._refined(state, days[d : d + 1], anchor)[0]

    def _blend(self, position: int) -> Blend:
        """The shares of the answers for the frame at a place among the dates, -1 for no frame."""
        from_scene = position >= 0 and self.anchors.scene.learn(position) is not None
        return self.gate.scene if from_scene else self.gate.time

    def _frame(self, state: AGFlowState, day: DateArray) -> Estimate:
        (t,) = positions(state.tile.dates, day)
        blend = self._blend(t)
        if not any(blend) or (t >= 0 and state.tile.clear[t].all()):
            return self.anchors.scene.estimate(state.anchors.prior, day)
        anchor = self.anchors.start(state.anchors, day)
        mean, sigma, hidden = anchor.start.copy(), anchor.sigma.copy(), ~anchor.clear
        found, scale = self._refined(state, day, anchor, flow=bool(blend[0]))
        moved = mean + mix([answer - mean for answer in found], blend)
        share = np.float32(sum(blend))
        good = hidden & np.isfinite(moved).all(axis=0) & np.isfinite(scale).all(axis=0)
        np.copyto(mean, moved, where=good)
        np.copyto(sigma, sigma + share * (scale - sigma), where=good)
        source = np.where(hidden, Source.MODEL, Source.OBSERVED).astype(np.uint8)
        sigma[:, anchor.clear] = 0
        hole = state.anchors.prior.unseen & hidden
        mean[:, hole], sigma[:, hole], source[hole] = np.nan, np.nan, Source.UNSEEN
        return Estimate(mean[None], sigma[None], source[None])

    def _refined(
        self, state: AGFlowState, day: DateArray, anchor: Anchor, *, flow: bool = True
    ) -> tuple[list[FloatArray], FloatArray]:
        """Where the flow, and its learned regression alone, move the start to; the doubt.

        All are (C, h, w). Without the flow, which costs most, its answer is the start.
        """
        tile, config = state.tile, self.network.config
        taught = self._lesson(positions(tile.dates, day)[0])
        question = to(question_of(tile, day_numbers(day), [anchor], state.place), self.device)
        with torch.inference_mode(), alone(self.device):
            if flow and state.known is not None:
                found = integrate(self.network, state.known, question, config.steps, taught=taught)
                scale = found.scale * float(_TO_SIGMA)
            else:
                learned = regression_of(self.network)(question, taught)[0]
                found, scale = Prediction(question.start, question.sigma, learned), question.sigma
        rows, cols = state.place.inner
        own, slots = slots_of(tile.bands)

        def unslotted(values: Tensor, default: FloatArray) -> FloatArray:
            image = default.copy()
            image[own] = values[0, slots, rows, cols].float().cpu().numpy()
            return image

        answers = [found.target] if found.learned is None else [found.target, found.learned]
        return (
            [unslotted(answer, anchor.start) for answer in answers],
            unslotted(scale, anchor.sigma),
        )

    def _lesson(self, position: int) -> Optional[Solved]:
        """What the frame at a place among the dates teaches; None for no frame (-1)."""
        if position < 0 or not self.network.config.anchored:
            return None
        if position not in self._taught:
            regression = regression_of(self.network)
            with alone(self.device):
                self._taught[position] = taught_by(position, regression, self.anchors, self.device)
        return self._taught[position]


def regression_of(network: AGFlow) -> LearnedRegression:
    """The learned regression of an anchored network."""
    if not isinstance(network.head, PixelHead):
        raise TypeError("only an anchored network has a learned regression")
    return network.head.regression


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
