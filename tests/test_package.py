"""The plugin's zip and the gate that it must pass."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile

import pytest

from kairos.engine.protocol import VERSION


@pytest.fixture(scope="session")
def package(root, tmp_path_factory):
    """Build the zip."""

    def call(name: str = "kairos.zip"):
        target = tmp_path_factory.mktemp("package") / name
        subprocess.run([sys.executable, root / ".ci" / "package.py", target], check=True)
        return target

    return call


@pytest.fixture
def gate(root):
    """What the gate says of a zip: its exit code and its findings."""

    def call(archive):
        command = [sys.executable, root / ".ci" / "gate.py", archive]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout

    return call


@pytest.fixture
def spoiled(package):
    """The zip with one more file in it."""

    def call(name: str, content: bytes):
        archive = package()
        with zipfile.ZipFile(archive, "a") as file:
            file.writestr(name, content)
        return archive

    return call


def metadata(archive):
    parser = configparser.ConfigParser(interpolation=None)
    with zipfile.ZipFile(archive) as file:
        parser.read_string(file.read("kairos/metadata.txt").decode())
    return parser["general"]


def test_the_same_tree_gives_the_same_zip(package):
    assert package("one.zip").read_bytes() == package("two.zip").read_bytes()


def test_the_zip_holds_what_runs_and_nothing_else(package):
    with zipfile.ZipFile(package()) as file:
        names = {name.removeprefix("kairos/") for name in file.namelist()}
    assert {"__init__.py", "plugin.py", "metadata.txt", "LICENSE", "engine/worker.py"} <= names
    assert {name.split("/")[0] for name in names} == {
        *("__init__.py", "plugin.py", "metadata.txt", "LICENSE"),
        *("engine", "resources", "ui"),
    }


def test_there_is_one_version(package):
    assert metadata(package())["version"] == VERSION


def test_the_gate_lets_the_zip_through(package, gate):
    assert gate(package())[0] == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("other/file.txt", b"", "not one folder"),
        ("kairos/.hidden", b"", "does not belong"),
        ("kairos/lib.dat", b"\x7fELF\x02\x01\x01\x00", "compiled binary"),
        ("kairos/bad.py", b"def call(text):\n    return eval(text)\n", "bandit"),
        ("kairos/key.py", b"key = 'AKIA" + b"QWERTYUIOP123456'\n", "detect-secrets"),
        ("kairos/large.txt", bytes(22_000_001), "bytes"),
    ],
)
def test_the_gate_stops_what_the_site_refuses(spoiled, gate, name, content, said):
    code, found = gate(spoiled(name, content))
    assert code == 1
    assert said in found


def test_the_gate_misses_fields_and_the_licence(gate, tmp_path):
    with zipfile.ZipFile(tmp_path / "bare.zip", "w") as file:
        file.writestr(
            "kairos/metadata.txt", "[general]\nname=Kairos\nabout=50% cloud\nemail=a@example.org\n"
        )
    code, found = gate(tmp_path / "bare.zip")
    assert code == 1
    for said in (
        "LICENSE is missing",
        "lacks tracker",
        "lacks qgisMinimumVersion",
        "icon",
        "placeholder in email",
    ):
        assert said in found
    assert "lacks about" not in found
