"""What training minimises, only on pixels that were hidden and are truly clear."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.network import Prediction
from kairos.engine.rasters.bands import TEN
from kairos.engine.train.samples import Sample

SSIM, LAPLACE, NDVI, LEARNED = 0.1, 0.02, 0.05, 0.3
"""Weights beside the absolute error."""
_WINDOW = 7
_C1, _C2 = 0.01**2, 0.03**2
_RED, _NIR = TEN.index("B04"), TEN.index("B08")


def loss_of(prediction: Prediction, sample: Sample) -> Tensor:
    """The loss of one sample.

    The absolute error is divided by that of linear interpolation, so that every stack counts by
    how much of its own difficulty is left.
    """
    x_1, mask = prediction.target, sample.scored * sample.bands[:, None, None]
    count = mask.sum().clamp(min=1)
    off = (x_1 - sample.truth).abs()
    error = (off * mask).sum() / count
    likelihood = (_likelihood(prediction.scale, off) * mask).sum() / count
    parts = error / sample.linear + LAPLACE * likelihood
    parts = parts + SSIM * (1 - structural_similarity(x_1, sample.truth, mask))
    if prediction.learned is not None:  # a teacher of its own: its share alone teaches little
        taught = mask * sample.question.from_scene.to(mask.device)[:, None, None, None]
        alone = ((prediction.learned - sample.truth).abs() * taught).sum()
        parts = parts + LEARNED * alone / count / sample.linear
    if sample.bands[_RED] and sample.bands[_NIR]:
        ndvi = (index(x_1) - index(sample.truth)).abs() * sample.scored[:, 0]
        parts = parts + NDVI * ndvi.sum() / sample.scored.sum().clamp(min=1) / 0.05
    return parts


def velocity_loss(prediction: Prediction, x_0: Tensor, reached: Tensor, sample: Sample) -> Tensor:
    """The loss of one sample as in the paper: the squared error of the velocity x_1 - x_0.

    Args:
        prediction: the velocity (Q, 10, H, W), and the scale of what it reaches.
        x_0: (Q, 10, H, W) where the flow starts.
        reached: (Q, 10, H, W) x_1 by that velocity.
        sample: with the truth.
    """
    mask = sample.scored * sample.bands[:, None, None]
    count = mask.sum().clamp(min=1)
    squared = (prediction.target - (sample.truth - x_0)) ** 2
    likelihood = _likelihood(prediction.scale, (reached.detach() - sample.truth).abs())
    return ((squared + LAPLACE * likelihood) * mask).sum() / count


def _likelihood(scale: Tensor, off: Tensor) -> Tensor:
    """Negative log likelihood of an error under a Laplace scale."""
    scale = scale.clamp(min=1e-4)
    return torch.log(2 * scale) + off / scale


def index(x: Tensor) -> Tensor:
    """NDVI (Q, H, W) of reflectance (Q, 10, H, W)."""
    red, nir = x[:, _RED], x[:, _NIR]
    return (nir - red) / (nir + red).clamp(min=0.02)


def structural_similarity(x: Tensor, truth: Tensor, mask: Tensor) -> Tensor:
    """Mean SSIM (Wang et al. 2004, flat 7 x 7 windows) over windows centred on the mask.

    Pixels outside of the mask count as right: they are observed, or unknown.
    """
    seen = torch.where(mask > 0, x, truth)

    def mean(image: Tensor) -> Tensor:
        return nn.functional.avg_pool2d(image, _WINDOW, 1, _WINDOW // 2, count_include_pad=False)

    mx, my = mean(seen), mean(truth)
    vx, vy = mean(seen * seen) - mx * mx, mean(truth * truth) - my * my
    both = mean(seen * truth) - mx * my
    similarity = (2 * mx * my + _C1) * (2 * both + _C2)
    similarity = similarity / ((mx * mx + my * my + _C1) * (vx.abs() + vy.abs() + _C2))
    return (similarity * mask).sum() / mask.sum().clamp(min=1)
