"""The method `agflow`: the starts of the house, and the network where it can better them.

Most frames teach themselves, and need neither the network nor the library that it runs on; those
are loaded when the first day asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Callable, ClassVar, Optional, Union

import numpy as np

from kairos.engine.arrays import DateArray
from kairos.engine.errors import ModelError
from kairos.engine.method import Estimate, positions
from kairos.engine.models.agflow.config import MARGIN, AGFlowConfig
from kairos.engine.models.anchor import AnchorMethod, AnchorState
from kairos.engine.models.gate import OPEN, SHUT, Answer, Blend, Gate, gate_of
from kairos.engine.models.weights import configuration_of, file_of, other_version
from kairos.engine.models.wish import wanted_device
from kairos.engine.parallel import Once
from kairos.engine.prior.radar import has_radar
from kairos.engine.prior.temporal import TemporalPrior
from kairos.engine.stack import Tile

if TYPE_CHECKING:
    from kairos.engine.models.agflow.refiner import Refiner, RefinerState

_GUESS_WITH_RADAR = 0.75
"""How far to follow the network where a stack has too few days to judge it by, and at most: on
stacks that were held out of its training it did good with radar, and not always without."""

_LOADING = Lock()

Load = Callable[[AnchorMethod], "Refiner"]
"""A network put on the starts of a stack."""


@dataclass(frozen=True)
class AGFlowState:
    """A tile with its starts and, once asked for, what the network knows of it."""

    anchors: AnchorState
    asked: Once[RefinerState]

    @property
    def tile(self) -> Tile:
        """The tile itself."""
        return self.anchors.tile


@dataclass(frozen=True)
class AGFlowMethod:
    """The starts of a stack and a network that is loaded when it is first asked."""

    anchors: AnchorMethod
    load: Load
    scene: bool
    """Whether the network is asked for frames that teach themselves, too."""
    _gate: Union[Gate, Once[Gate]] = OPEN
    margin: ClassVar[int] = MARGIN

    @classmethod
    def fit(cls, sample: Sequence[Tile], weights: Optional[Path] = None) -> AGFlowMethod:
        """Starts fitted to a sample of a stack, and a network that waits.

        Args:
            sample: of the stack.
            weights: the bundled ones if None.

        Raises:
            ModelError: the weights are missing or damaged, or there is no device as wanted.
        """
        file = weights or file_of("agflow")
        scene = _configured(file).scene
        method = cls.judged(sample, partial(_loaded, file), scene=scene)
        if wanted_device() == "cuda":
            _ = method.refiner  # whoever asked for a device hears now that there is none
        return method

    @classmethod
    def judged(cls, sample: Sequence[Tile], load: Load, *, scene: bool) -> AGFlowMethod:
        """Starts fitted to a sample of a stack, which also says how far to follow the network."""

        def answering(shown: Sequence[Tile]) -> Answer:
            return load(AnchorMethod.fit(shown, thorough=scene)).answers

        radar = not scene and any(has_radar(tile) for tile in sample)
        guess = _GUESS_WITH_RADAR if radar else 0.0
        gate = Once(partial(gate_of, sample, answering, scene=scene, guess=guess))
        return cls(AnchorMethod.fit(sample), load, scene, gate)

    @property
    def refiner(self) -> Refiner:
        """The network on these starts.

        Raises:
            ModelError: what it needs cannot be loaded.
        """
        with _LOADING:  # frames that ask side by side must learn in one place
            return self._refiner

    @cached_property
    def _refiner(self) -> Refiner:
        return self.load(self.anchors)

    @property
    def gate(self) -> Gate:
        """How far this stack lets the network move the start; decided when first asked."""
        return self._gate if isinstance(self._gate, Gate) else self._gate()

    def within(self, gate: Gate) -> AGFlowMethod:
        """The same, with the network followed as far as a gate says."""
        return replace(self, _gate=gate)

    @property
    def over_time(self) -> TemporalPrior:
        """For a pixel by itself: the network knows what to make of surroundings."""
        return self.anchors.scene.prior

    def learn(self, position: int) -> None:
        """Learn the frame at a place among the dates."""
        if position >= 0:
            self.anchors.scene.learn(position)
        if any(self._blend(position)) and position >= 0:
            self.refiner.lesson(position)

    def lean(self) -> AGFlowMethod:
        """The same without the sample, for the frames that it has learned."""
        gate = self._gate if isinstance(self._gate, Gate) else self._gate.made
        lean = replace(self.within(gate or SHUT), anchors=self.anchors.lean())
        if "_refiner" not in vars(self):  # nobody has asked
            return lean
        return replace(lean, load=partial(_as_it_is, self.refiner.lean()))

    def prepare(self, tile: Tile) -> AGFlowState:
        """All that does not depend on the day."""
        anchors = self.anchors.prepare(tile)
        return AGFlowState(anchors, Once(lambda: self.refiner.prepare(anchors)))

    def expect(self, state: AGFlowState, dates: DateArray) -> None:
        """Encode with all cores where the network will be asked; days are asked by one each."""
        if any(self._moved(state, t)[0] for t in positions(state.tile.dates, dates)):
            self.refiner.encode(state.asked())

    def estimate(self, state: AGFlowState, dates: DateArray) -> Estimate:
        """The frames of these days, one after the other."""
        frames = [self._frame(state, dates[d : d + 1]) for d in range(len(dates))]
        return Estimate(
            np.concatenate([f.mean for f in frames]),
            np.concatenate([f.sigma for f in frames]),
            np.concatenate([f.source for f in frames]),
        )

    def _blend(self, position: int) -> Blend:
        """The shares of the answers for the frame at a place among the dates, -1 for no frame."""
        if position >= 0 and not self.scene and self.anchors.shares[position]:
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
        blend = self._moved(state, positions(state.tile.dates, day)[0])
        if not any(blend):
            return self.anchors.scene.estimate(state.anchors.prior, day)
        return self.refiner.frame(state.asked(), day, blend)


def _configured(file: Path) -> AGFlowConfig:
    """The configuration of a weights file, which needs no torch."""
    try:
        return AGFlowConfig(**configuration_of(file))
    except TypeError as error:
        raise other_version(file, error) from error


def _loaded(file: Path, anchors: AnchorMethod) -> Refiner:
    """The network of a weights file on some starts."""
    try:
        from kairos.engine.models.agflow.load import network_of  # torch takes seconds to load
        from kairos.engine.models.agflow.refiner import Refiner
    except (ImportError, OSError) as error:  # there, but broken
        raise ModelError(
            "PyTorch cannot be loaded; install it again, or use --model scene-regression, which "
            "does without.",
            str(error),
        ) from error
    return Refiner.of(network_of(file), anchors)


def _as_it_is(refiner: Refiner, _: AnchorMethod) -> Refiner:
    return refiner
