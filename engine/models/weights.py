"""The bundled weights: safetensors with their configuration, found, checked and loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from kairos.engine.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "weights"
_USE = "use --model scene-regression, which needs none"


def unready(name: str) -> Optional[str]:
    """Why a learned model cannot run here, or None."""
    if not file_of(name).exists():
        return "no trained weights in this version of Kairos"
    missing = [library for library in ("torch", "safetensors") if find_spec(library) is None]
    if missing:
        return f"{' and '.join(missing)} not installed"
    return None


def file_of(name: str) -> Path:
    """The weights of a model."""
    return FOLDER / f"{name}.safetensors"


def fitted_file(stack: Path, name: str) -> Path:
    """Where the weights fitted to a stack lie: beside its folder."""
    stack = stack.resolve()
    return stack.with_name(f"{stack.name}.{name}.safetensors")


def _mended(file: Path) -> str:
    return "install Kairos again" if file.parent == FOLDER else "delete them"


def read(file: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Configuration and tensors (float32) of a weights file.

    Raises:
        ModelError: missing, damaged, or without a configuration.
    """
    with _opened(file, "pt") as kept:
        tensors = {key: kept.get_tensor(key).float() for key in kept.keys()}  # noqa: SIM118
        return _configuration(kept.metadata()), tensors


def configuration_of(file: Path) -> dict[str, Any]:
    """The configuration alone, which needs no torch.

    Raises:
        ModelError: missing, damaged, or without a configuration.
    """
    with _opened(file, "numpy") as kept:
        return _configuration(kept.metadata())


def other_version(file: Path, error: Exception) -> ModelError:
    """What to say of weights that this version cannot take."""
    return ModelError(
        f"The weights {file.name} belong to another version of Kairos; {_mended(file)}.", str(error)
    )


def _configuration(metadata: Optional[dict[str, str]]) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((metadata or {})["config"])
    return config


@contextmanager
def _opened(file: Path, framework: str) -> Iterator[Any]:
    """A weights file; whatever is wrong with it is a ModelError."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework) as kept:
            yield kept
    except FileNotFoundError as error:
        raise ModelError(f"The weights {file.name} are missing; {_USE}.", str(error)) from error
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise ModelError(
            f"The weights {file} are damaged; {_mended(file)}, or {_USE}.", str(error)
        ) from error
