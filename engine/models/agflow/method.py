"""The method `agflow`: the network of the bundled weights on the starts of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Optional

import numpy as np
import torch

from kairos.engine.arrays import DateArray, day_numbers
from kairos.engine.errors import ModelError
from kairos.engine.method import Estimate, Source
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.flow import integrate
from kairos.engine.models.agflow.network import AGFlow, Encoded
from kairos.engine.models.agflow.scene import Place, question_of, scene_of, slots_of, to
from kairos.engine.models.anchor import Anchor, AnchorMethod, AnchorState
from kairos.engine.models.device import device_of
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
        device = device_of()
        network = network_of(weights or file_of("agflow"))
        return cls(network.to(device), AnchorMethod.fit(sample), device)

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

    def _frame(self, state: AGFlowState, day: DateArray) -> Estimate:
        anchor = self.anchors.start(state.anchors, day)
        mean, sigma = anchor.start.copy(), anchor.sigma.copy()
        hidden = ~anchor.clear
        if hidden.any():
            self._refine(state, day, anchor, mean, sigma)
        source = np.where(hidden, Source.MODEL, Source.OBSERVED).astype(np.uint8)
        sigma[:, anchor.clear] = 0
        hole = state.anchors.unseen & hidden
        mean[:, hole], sigma[:, hole], source[hole] = np.nan, np.nan, Source.UNSEEN
        return Estimate(mean[None], sigma[None], source[None])

    def _refine(
        self,
        state: AGFlowState,
        day: DateArray,
        anchor: Anchor,
        mean: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
        sigma: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    ) -> None:
        """Let the flow move the start, where it is hidden and the flow has an answer."""
        question = to(question_of(state.tile, day_numbers(day), [anchor], state.place), self.device)
        with torch.inference_mode():
            found = integrate(self.network, state.known, question, self.network.config.steps)
        rows, cols = state.place.inner
        own, slots = slots_of(state.tile.bands)
        x_1 = found.target[0, slots, rows, cols].float().cpu().numpy()
        scale = found.scale[0, slots, rows, cols].float().cpu().numpy() * _TO_SIGMA
        good = ~anchor.clear & np.isfinite(x_1).all(axis=0) & np.isfinite(scale).all(axis=0)
        for i, band in enumerate(own):
            np.copyto(mean[band], x_1[i], where=good)
            np.copyto(sigma[band], scale[i], where=good)


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
