"""The rules of the house: who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
UI = sorted((ROOT / "ui").rglob("*.py"))
QT = {"qgis", "PyQt5", "PyQt6", "PySide2", "PySide6", "osgeo"}


def imported(file: Path) -> set[str]:
    """All modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return names


def roots(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(file)}


def test_there_is_an_engine():
    assert len(ENGINE) > 30


@pytest.mark.parametrize("file", ENGINE, ids=lambda f: str(f.relative_to(ROOT)))
def test_engine_knows_nothing_of_qgis(file):
    assert not roots(file) & QT
    assert not any(name.startswith("kairos.ui") for name in imported(file))


@pytest.mark.parametrize("file", UI, ids=lambda f: str(f.relative_to(ROOT)))
def test_ui_knows_neither_torch_nor_rasterio(file):
    assert not roots(file) & {"torch", "rasterio", "PyQt5", "PyQt6"}


@pytest.mark.parametrize("file", UI, ids=lambda f: str(f.relative_to(ROOT)))
def test_ui_finds_the_modules_that_it_names(file):
    """Imports inside of functions, too, which fail only when somebody clicks."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level and node.module:
            module = file.parents[node.level - 1].joinpath(*node.module.split("."))
            assert module.is_dir() or module.with_suffix(".py").is_file(), node.module


LIGHT = [f for f in ENGINE if "models" not in f.parts and "train" not in f.parts]


@pytest.mark.parametrize("file", LIGHT, ids=lambda f: str(f.relative_to(ROOT)))
def test_closed_forms_run_without_torch(file):
    assert "torch" not in roots(file)


@pytest.mark.parametrize("file", sorted((ROOT / "engine/prior").glob("*.py")), ids=lambda f: f.name)
def test_priors_are_numpy_only(file):
    allowed = {"kairos", "numpy", "__future__", *sys.stdlib_module_names}
    assert roots(file) <= allowed
    below = {"kairos.engine.cli", "kairos.engine.worker", "kairos.engine.reconstruct"}
    assert not imported(file) & below


@pytest.mark.parametrize(
    "name", ["protocol", "serve/answers", "serve/results", "serve/wire", "clean/left_over"]
)
def test_protocol_is_standard_library_only(name):
    assert roots(ROOT / f"engine/{name}.py") <= {"kairos", *sys.stdlib_module_names}


def test_the_package_loads_without_numpy():
    code = "import sys, kairos.engine.protocol; print({'numpy', 'rasterio'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_no_asserts_or_evals_in_shipped_code():
    for file in (*ENGINE, *UI):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.Assert), f"assert in {file}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec"}, f"{node.func.id} in {file}"
