"""The network of AGFlow on the starts of a stack: where it would move them to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Optional

import numpy as np
import torch
from torch import Tensor

from kairos.engine.arrays import DateArray, FloatArray, day_numbers
from kairos.engine.method import Estimate, positions
from kairos.engine.models.agflow.config import MARGIN
from kairos.engine.models.agflow.flow import integrate, noise_of_day
from kairos.engine.models.agflow.lesson import taught_by
from kairos.engine.models.agflow.load import regression_of
from kairos.engine.models.agflow.network import AGFlow, Encoded, Prediction
from kairos.engine.models.agflow.regression import Solved
from kairos.engine.models.agflow.scene import Place, Question, question_of, scene_of, slots_of, to
from kairos.engine.models.anchor import Anchor, AnchorMethod, AnchorState
from kairos.engine.models.blended import Refined, blended
from kairos.engine.models.device import CPU, alone, device_of, on_cpu
from kairos.engine.models.gate import Blend
from kairos.engine.models.smaller import joined, quarters
from kairos.engine.notices import notice
from kairos.engine.parallel import Once
from kairos.engine.stack import Tile
from kairos.engine.stopping import stop_if_cancelled

_TO_SIGMA = np.float32(np.log(10) / 1.645)
"""A Laplace error of scale 1 stays within this many sigma-intervals nine times in ten."""


@dataclass(frozen=True)
class RefinerState:
    """A tile with its starts and what the encoder keeps of it."""

    anchors: AnchorState
    place: Place
    known: Once[Encoded]
    """Made when the network is first asked."""
    smaller: Once[list[tuple[Refiner, RefinerState]]]
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
class Refiner:
    """A network and the starts of a stack."""

    network: AGFlow
    anchors: AnchorMethod
    device: torch.device = CPU
    _taught: dict[int, Optional[Solved]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, network: AGFlow, anchors: AnchorMethod) -> Refiner:
        """On the device that the person wants."""
        device = device_of()
        return cls(network.to(device), anchors, device)

    def lean(self) -> Refiner:
        """The same without the sample, for the frames that it has learned."""
        return replace(self, anchors=self.anchors.lean())

    def prepare(self, anchors: AnchorState) -> RefinerState:
        """All that does not depend on the day; the network encodes when it is first asked."""
        tile = anchors.tile
        place = Place.of(tile, self.network.config.patch)
        known = Once(partial(self._encoded, tile, place))
        return RefinerState(anchors, place, known, Once(partial(self._parted, tile)))

    def encode(self, state: RefinerState) -> None:
        """Encode now, where there is room for it, with all cores: days are asked by one each."""
        with suppress(torch.OutOfMemoryError):
            state.known()

    def frame(self, state: RefinerState, day: DateArray, blend: Blend) -> Estimate:
        """A day (1,), moved by some shares of the answers."""
        if state.smaller.made is None:
            asked = self.ask(state, day)
            found = self._tried(state, asked, flow=bool(blend[0]))
            if found is not None:
                return blended(asked.anchor, found, blend, state.anchors.prior.unseen)
        parts = [(part.tile, by.frame(part, day, blend)) for by, part in state.smaller()]
        return joined(state.tile, parts)

    def answers(self, tile: Tile, days: DateArray) -> Iterator[tuple[Anchor, Sequence[FloatArray]]]:
        """For each day its start and where the network would move it to, each (C, h, w)."""
        refiner, state = self, self.prepare(self.anchors.prepare(tile))
        for d in range(len(days)):
            stop_if_cancelled()
            day = days[d : d + 1]
            asked = self.ask(state, day)
            found = refiner._tried(state, asked)
            if found is None:  # few and small: not worth a search for the size that fits
                refiner = self._on_cpu()
                state = refiner.prepare(state.anchors)
                found = refiner.refined(state, asked)
            yield asked.anchor, found[0]

    def ask(self, state: RefinerState, day: DateArray) -> Asked:
        """A day (1,) of a prepared tile with its start."""
        anchor = self.anchors.start(state.anchors, day)
        question = question_of(state.tile, day_numbers(day), [anchor], state.place)
        anchor = replace(anchor, looks=anchor.looks[:0], ages=anchor.ages[:0])
        return Asked(positions(state.tile.dates, day)[0], anchor, question)

    def refined(self, state: RefinerState, asked: Asked, *, flow: bool = True) -> Refined:
        """Where the flow, and its learned regression alone, move the start to; the doubt.

        All are (C, h, w). Without the flow, which costs most, its answer is the start.

        Raises:
            torch.OutOfMemoryError: the device has no room for it.
        """
        anchor, config = asked.anchor, self.network.config
        taught, question = self.lesson(asked.position), to(asked.question, self.device)
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

    def lesson(self, position: int) -> Optional[Solved]:
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

    def _encoded(self, tile: Tile, place: Place) -> Encoded:
        with torch.inference_mode(), alone(self.device, tile.clear.size):
            return self.network.encode(to(scene_of(tile, place), self.device))

    def _parted(self, tile: Tile) -> list[tuple[Refiner, RefinerState]]:
        """The tile in quarters, prepared, or on the CPU if these would be too small."""
        refiner, parts = self, quarters(tile, MARGIN)
        if parts:
            notice("The memory of the GPU is too small for a whole tile: it is cut in four.")
        else:
            refiner, parts = self._on_cpu(), [tile]
        return [(refiner, refiner.prepare(self.anchors.prepare(part))) for part in parts]

    def _on_cpu(self) -> Refiner:
        """The same where there is more memory, and less haste."""
        notice("The memory of the GPU is too small even for small tiles: the CPU goes on.")
        return replace(self, network=on_cpu(self.network), device=CPU)

    def _tried(self, state: RefinerState, asked: Asked, *, flow: bool = True) -> Optional[Refined]:
        """The same as `refined`; None where the device has no room for it."""
        try:
            return self.refined(state, asked, flow=flow)
        except torch.OutOfMemoryError:
            return None

    def _noise(self, state: RefinerState, asked: Asked) -> Optional[Tensor]:
        """Where the flow of a day begins, as in the paper; the start of the house if None."""
        if self.network.config.anchored:
            return None
        day = int(asked.question.days[0])
        return noise_of_day(day, state.tile.window, state.place).to(self.device)
