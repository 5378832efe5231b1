"""`kairos train`: by a configuration, or fitted to one stack."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from safetensors.torch import save_file

from kairos.engine.api import open_stack
from kairos.engine.errors import OutputError, RequestError
from kairos.engine.models.agflow.load import network_of
from kairos.engine.models.weights import file_of, fitted_file
from kairos.engine.reconstruct import sample_of
from kairos.engine.shell.bar import progress_to
from kairos.engine.train.config import TrainConfig
from kairos.engine.train.export import export
from kairos.engine.train.fit import fit_to
from kairos.engine.train.loop import train
from kairos.engine.train.processes import writes


def run(options: Namespace) -> int:
    """`kairos train CONFIG` or `kairos train --stack STACK`.

    Raises:
        RequestError: neither, or both.
        ConfigError: the configuration cannot be read, or is not that of the run that goes on.
        ModelError: CUDA is asked for and there is none.
        StackError: there are no stacks to train on.
    """
    if (options.config is None) == (options.stack is None):
        raise RequestError("Give either a configuration or --stack STACK.")
    if options.stack is not None:
        fit_stack(options.stack, options.model, options.progress)
        return 0
    wanted = TrainConfig.load(options.config)
    folder = options.output / wanted.name
    with progress_to(options.progress if writes() else "none") as progress:
        checkpoint = train(wanted, folder, options.device, progress=progress)
    if writes():
        weights = folder / f"{wanted.name}.safetensors"
        export(checkpoint, weights)
        print(f"{weights} ({weights.stat().st_size / 1e6:.1f} MB)")
    return 0


def fit_stack(root: Path, model: str, style: str) -> Path:
    """Fit the bundled weights to a stack; they are kept beside its folder and reused.

    Raises:
        ModelError: the bundled weights are missing or damaged.
        OutputError: the folder of the stack cannot be written to.
    """
    target = fitted_file(root, model)
    with open_stack(root) as stack, progress_to(style) as progress:
        fitted = fit_to(network_of(file_of(model)), sample_of(stack), progress=progress)
    metadata = {"config": json.dumps(asdict(fitted.network.config))}
    tensors = {k: v.half() for k, v in fitted.network.state_dict().items()}
    partial = target.with_suffix(".partial")
    try:
        save_file(tensors, partial, metadata)
        partial.replace(target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written; check its folder.", str(error)) from error
    print(
        f"{target}: {fitted.steps} steps, error relative to linear interpolation "
        f"{fitted.before:.3f} before, {fitted.after:.3f} after"
    )
    return target
