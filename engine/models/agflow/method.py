"""The method `agflow`: the network of the bundled weights on the starts of the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Optional, Union

import numpy as np
import torch
from torch import Tensor

from kairos.engine.arrays import DateArray, FloatArray, day_numbers
from kairos.engine.method import Estimate, positions
from kairos.engine.models.agflow.flow import integrate, noise_of_day
from kairos.engine.models.agflow.lesson import taught_by
from kairos.engine.models.agflow.load import network_of, regression_of
from kairos.engine.models.agflow.network import AGFlow, Encoded, Prediction
from kairos.engine.models.agflow.regression import Solved
from kairos.engine.models.agflow.scene import Place, Question, question_of, scene_of, slots_of, to
from kairos.engine.models.anchor import Anchor, AnchorMethod, AnchorState
from kairos.engine.models.blended import Refined, blended
from kairos.engine.models.device import CPU, alone, device_of, on_cpu
from kairos.engine.models.gate import OPEN, SHUT, Answer, Blend, Gate, gate_of
from kairos.engine.models.smaller import joined, quarters
from kairos.engine.models.weights import file_of
from kairos.engine.notices import notice
from kairos.engine.parallel import Once
from kairos.engine.prior.radar import has_radar
from kairos.engine.prior.temporal import TemporalPrior
from kairos.engine.stack import Tile

_GUESS_WITH_RADAR = 0.75
"""How far to follow the network where a stack has too few days to judge it by, and at most: on
stacks that were held out of its training it did good with radar, and not always without."""
_TO_SIGMA = np.float32(np.log(10) / 1.645)
"""A Laplace error of scale 1 stays within this many sigma-intervals nine times in ten."""


@dataclass(frozen=True)
class AGFlowState:
    """A tile with its starts and what the encoder keeps of it."""

    anchors: AnchorState
    place: Place
    known: Once[Encoded]
    """Made when the network is first asked."""
    smaller: Once[list[tuple[AGFlowMethod, AGFlowState]]]
    """The parts that the device has room for, made where the whole is too large for it."""

    @property
    def tile(self) -> Tile:
        """The tile itself."""
        return self.anchors.tile


@dataclass(frozen=True)
class Asked:
    """A day of a tile."""

    position: int
    """Among the dates; -1 for a day between them."""
    anchor: Anchor
    """Without the looks, which the question has."""
    question: Question


@dataclass(frozen=True)
class AGFlowMethod:
    """A network and the starts of a stack."""

    network: AGFlow
    anchors: AnchorMethod
    device: torch.device
    _gate: Union[Gate, Once[Gate]] = OPEN
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
        scene = network.config.scene

        def answering(shown: Sequence[Tile]) -> Answer:
            return cls(network, AnchorMethod.fit(shown, thorough=scene), device).answers

        radar = not scene and any(has_radar(tile) for tile in sample)
        guess = _GUESS_WITH_RADAR if radar else 0.0
        gate = Once(partial(gate_of, sample, answering, scene=scene, guess=guess))
        return cls(network, AnchorMethod.fit(sample), device, gate)

    @property
    def gate(self) -> Gate:
        """How far this stack lets the network move the start; decided when first asked."""
        return self._gate if isinstance(self._gate, Gate) else self._gate()

    @property
    def over_time(self) -> TemporalPrior:
        """For a pixel by itself: the network knows what to make of surroundings."""
        return self.anchors.scene.prior

    def learn(self, position: int) -> None:
        """Learn the frame at a place among the dates."""
        if position >= 0:
            self.anchors.scene.learn(position)
        if any(self._blend(position)) and position >= 0:
            self._lesson(position)

    def lean(self) -> AGFlowMethod:
        """The same without the sample, for the frames that it has learned."""
        gate = self._gate if isinstance(self._gate, Gate) else self._gate.made
        return replace(self, anchors=self.anchors.lean(), _gate=gate or SHUT)

    def prepare(self, tile: Tile) -> AGFlowState:
        """All that does not depend on the day; the network encodes when it is first asked."""
        place = Place.of(tile, self.network.config.patch)
        known = Once(partial(self.encoded, tile, place))
        return AGFlowState(
            self.anchors.prepare(tile), place, known, Once(partial(self._parted, tile))
        )

    def expect(self, state: AGFlowState, dates: DateArray) -> None:
        """Encode with all cores where the network will be asked; days are asked by one each."""
        if any(self._moved(state, t)[0] for t in positions(state.tile.dates, dates)):
            with suppress(torch.OutOfMemoryError):
                state.known()

    def estimate(self, state: AGFlowState, dates: DateArray) -> Estimate:
        """The frames of these days, one after the other."""
        frames = [self._frame(state, dates[d : d + 1]) for d in range(len(dates))]
        return Estimate(
            np.concatenate([f.mean for f in frames]),
            np.concatenate([f.sigma for f in frames]),
            np.concatenate([f.source for f in frames]),
        )

    def encoded(self, tile: Tile, place: Place) -> Encoded:
        """What the encoder keeps of a tile.

        Raises:
            torch.OutOfMemoryError: the device has no room for it.
        """
        with torch.inference_mode(), alone(self.device, tile.clear.size):
            return self.network.encode(to(scene_of(tile, place), self.device))

    def _parted(self, tile: Tile) -> list[tuple[AGFlowMethod, AGFlowState]]:
        """The tile in quarters, prepared, or on the CPU if these would be too small."""
        method, parts = self, quarters(tile, self.margin)
        if parts:
            notice("The memory of the GPU is too small for a whole tile: it is cut in four.")
        else:
            method, parts = self._on_cpu(), [tile]
        return [(method, method.prepare(part)) for part in parts]

    def answers(self, tile: Tile, days: DateArray) -> Iterator[tuple[Anchor, Sequence[FloatArray]]]:
        """For each day its start and where the network would move it to, each (C, h, w)."""
        method, state = self, self.prepare(tile)
        for d in range(len(days)):
            day = days[d : d + 1]
            asked = self.asked_of(state, day)
            found = method._tried(state, asked)
            if found is None:  # few and small: not worth a search for the size that fits
                method = self._on_cpu()
                state = method.prepare(tile)
                found = method.refined(state, asked)
            yield asked.anchor, found[0]

    def _on_cpu(self) -> AGFlowMethod:
        """The same where there is more memory, and less haste."""
        notice("The memory of the GPU is too small even for small tiles: the CPU goes on.")
        return replace(self, network=on_cpu(self.network), device=CPU)

    def _blend(self, position: int) -> Blend:
        """The shares of the answers for the frame at a place among the dates, -1 for no frame."""
        if position >= 0 and not self.network.config.scene and self.anchors.shares[position]:
            return SHUT.scene  # it has only learned of days that show nothing
        if position >= 0 and self.anchors.scene.learn(position) is not None:
            return self.gate.scene
        return self.gate.time

    def _moved(self, state: AGFlowState, position: int) -> Blend:
        """The same on a tile; a frame that shows all of it needs no answer."""
        core = state.tile.core.within(state.tile.window)
        if position >= 0 and state.tile.clear[position][core].all():
            return SHUT.scene
        return self._blend(position)

    def _frame(self, state: AGFlowState, day: DateArray) -> Estimate:
        (t,) = positions(state.tile.dates, day)
        blend = self._moved(state, t)
        if not any(blend):
            return self.anchors.scene.estimate(state.anchors.prior, day)
        if state.smaller.made is None:
            asked = self.asked_of(state, day)
            found = self._tried(state, asked, flow=bool(blend[0]))
            if found is not None:
                return blended(asked.anchor, found, blend, state.anchors.prior.unseen)
        parts = [(part.tile, method.estimate(part, day)) for method, part in state.smaller()]
        return joined(state.tile, parts)

    def asked_of(self, state: AGFlowState, day: DateArray) -> Asked:
        """A day (1,) of a prepared tile with its start."""
        anchor = self.anchors.start(state.anchors, day)
        question = question_of(state.tile, day_numbers(day), [anchor], state.place)
        anchor = replace(anchor, looks=anchor.looks[:0], ages=anchor.ages[:0])
        return Asked(positions(state.tile.dates, day)[0], anchor, question)

    def _tried(self, state: AGFlowState, asked: Asked, *, flow: bool = True) -> Optional[Refined]:
        """The same as `refined`; None where the device has no room for it."""
        try:
            return self.refined(state, asked, flow=flow)
        except torch.OutOfMemoryError:
            return None

    def refined(self, state: AGFlowState, asked: Asked, *, flow: bool = True) -> Refined:
        """Where the flow, and its learned regression alone, move the start to; the doubt.

        All are (C, h, w). Without the flow, which costs most, its answer is the start.
        """
        anchor, config = asked.anchor, self.network.config
        taught, question = self._lesson(asked.position), to(asked.question, self.device)
        taught = taught and to(taught, self.device)
        with torch.inference_mode(), alone(self.device):
            if flow:
                noise = self._noise(state, asked)
                found = integrate(
                    self.network, state.known(), question, config.steps, noise, taught=taught
                )
                scale = found.scale * float(_TO_SIGMA)
            else:
                learned = regression_of(self.network)(question, taught)[0]
                found, scale = Prediction(question.start, question.sigma, learned), question.sigma
        rows, cols = state.place.inner
        own, slots = slots_of(state.tile.bands)

        def unslotted(values: Tensor, default: FloatArray) -> FloatArray:
            image = default.copy()
            image[own] = values[0, slots, rows, cols].float().cpu().numpy()
            return image

        answers = [found.target]
        if found.learned is not None and config.scene:
            answers.append(found.learned)
        return (
            [unslotted(answer, anchor.start) for answer in answers],
            unslotted(scale, anchor.sigma),
        )

    def _noise(self, state: AGFlowState, asked: Asked) -> Optional[Tensor]:
        """Where the flow of a day begins, as in the paper; the start of the house if None."""
        if self.network.config.anchored:
            return None
        day = int(asked.question.days[0])
        return noise_of_day(day, state.tile.window, state.place).to(self.device)

    def _lesson(self, position: int) -> Optional[Solved]:
        """What the frame at a place among the dates teaches; None for no frame (-1)."""
        config = self.network.config
        if position < 0 or not (config.anchored and config.scene):
            return None
        if position not in self._taught:
            regression = regression_of(self.network)
            with alone(self.device):
                taught = taught_by(position, regression, self.anchors, self.device)
            self._taught[position] = taught and to(taught, CPU)
        return self._taught[position]
