from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any, Optional, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kairos
from kairos.engine import protocol
from kairos.engine.protocol import Message
from kairos.engine.serve.wire import LONGEST, ProtocolError, decode, encode

ROOT = Path(str(kairos.__file__)).parent
REQUESTS = (
    *("open", "prepare", "clean", "frame", "original", "curve", "prove", "mask", "paint"),
    *("cancel", "shutdown"),
)
ANSWERS = ("ready", "progress", "warning", "done", "failed", "cancelled")
MESSAGES: list[type[Message]] = [getattr(protocol, n.capitalize()) for n in (*REQUESTS, *ANSWERS)]

finite = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
BY_HINT: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(),
    float: finite,
    bool: st.booleans(),
    Optional[str]: st.none() | st.text(),
    Optional[float]: st.none() | finite,
    Optional[protocol.Rectangle]: st.none() | st.tuples(*[st.integers()] * 4),
    Mapping[str, str]: st.dictionaries(st.text(), st.text(), max_size=3),
    Mapping[str, Any]: st.dictionaries(st.text(), values, max_size=3),
}


def of(message: type[Message]) -> st.SearchStrategy[Message]:
    hints = get_type_hints(message)
    return st.builds(message, **{name: BY_HINT[hint] for name, hint in hints.items()})


@given(st.one_of([of(message) for message in MESSAGES]))
def test_a_message_survives_the_line(message: Message) -> None:
    line = encode(message)
    assert "\n" not in line
    assert line.isascii()
    assert decode(line) == message
    assert decode(line.encode()) == message
    assert type(decode(line)) is type(message)


def test_requests_have_an_id_and_defaults() -> None:
    clean = protocol.Clean("1", "stack", "out")
    assert decode(encode(clean)) == protocol.Clean(id="1", stack="stack", output="out")
    for message in MESSAGES[: len(REQUESTS)]:
        assert issubclass(message, protocol.Request)
        assert fields(message)[0].name == "id"


def test_messages_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        protocol.Cancel("1", "2").target = "3"  # type: ignore[misc]


def test_a_path_that_is_no_unicode_survives() -> None:
    message = protocol.Open("1", "/data/\udce9t\udce9")
    assert decode(encode(message)) == message


def test_integers_serve_as_numbers() -> None:
    line = encode(protocol.Curve("1", "stack", 5.0, 6.0)).replace("5.0", "5")
    curve = decode(line)
    assert isinstance(curve, protocol.Curve)
    assert type(curve.x) is float


def changed(**fields: Any) -> str:
    message = json.loads(encode(protocol.Frame("1", "stack", "2021-05-05", "out.tif")))
    return json.dumps({**message, **fields})


def without(field: str) -> str:
    message = json.loads(changed())
    del message[field]
    return json.dumps(message)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "not JSON"),
        ("frame", "not JSON"),
        (changed()[:-1], "not JSON"),
        (changed() + changed(), "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"type": "cancelled", "id": NaN}', "not JSON"),
        ('{"type": "progress", "id": "1", "stage": "", "done": 1e999, "remaining": 0}', "not JSON"),
        (b'{"type": "cancelled", "id": "\xff"}', "not JSON"),
        ('{"type": "cancelled", "id": "1"}'.encode("utf-16"), "not JSON"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ("{}", "no message of type"),
        (changed(type="sing"), "no message of type 'sing'"),
        (changed(type=["frame"]), "no message of type"),
        (changed(type="request"), "no message of type"),
        (without("type"), "no message of type"),
        (without("date"), "lacks the field 'date'"),
        (without("window"), "lacks the field 'window'"),
        (changed(colour="red"), "has no field 'colour'"),
        (changed(id=1), "field id of frame"),
        (changed(date=None), "field date of frame"),
        (changed(uncertainty=1), "field uncertainty of frame"),
        (changed(model=5), "field model of frame"),
        (changed(window=[1, 2, 3]), "field window of frame"),
        (changed(window=[1, 2, 3, 4.0]), "field window of frame"),
        (changed(window=[1, 2, 3, True]), "field window of frame"),
        (changed(window="1234"), "field window of frame"),
        ('{"type": "done", "id": "1", "result": []}', "field result of done"),
        (
            '{"type": "progress", "id": "1", "stage": "", "done": true, "remaining": 0}',
            "field done",
        ),
        (
            '{"type": "progress", "id": "1", "stage": "", "done": 1%s, "remaining": 0}'
            % ("0" * 400),
            "field done",
        ),
        ('{"type": "shutdown", "id": "%s"}' % ("x" * LONGEST), "longer than"),
        (b" " * (LONGEST + 1), "longer than"),
    ],
)
def test_what_is_no_message_is_refused(line: str | bytes, reason: str) -> None:
    with pytest.raises(ProtocolError, match=re.escape(reason)) as caught:
        decode(line)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 300


@given(st.text() | st.binary() | values.map(json.dumps))
def test_any_line_is_a_message_or_refused(line: str | bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(line)


@given(st.data())
def test_a_message_with_another_value_is_a_message_or_refused(data: st.DataObject) -> None:
    message = json.loads(encode(data.draw(st.one_of([of(message) for message in MESSAGES]))))
    message[data.draw(st.sampled_from(sorted(message)))] = data.draw(values)
    try:
        read = decode(json.dumps(message))
    except ProtocolError:
        return
    assert decode(encode(read)) == read


@pytest.mark.parametrize(
    "message",
    [
        protocol.Request("1"),
        protocol.Answer(),
        protocol.Done("1", {"value": float("nan")}),
        protocol.Done("1", {"value": object()}),
        protocol.Done("1", {"value": "x" * LONGEST}),
    ],
)
def test_what_cannot_be_a_line_is_refused(message: Message) -> None:
    with pytest.raises(ProtocolError):
        encode(message)


def test_version_is_that_of_the_distribution() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    assert f'version = "{protocol.VERSION}"' in text


@pytest.mark.parametrize("python", [sys.executable, "/usr/bin/python3"])
def test_a_bare_python_speaks_the_protocol(python: str, tmp_path: Path) -> None:
    """QGIS's own Python has neither numpy nor rasterio to offer."""
    if not Path(python).exists():
        pytest.skip(f"no {python} here")
    (tmp_path / "kairos").symlink_to(ROOT)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.dont_write_bytecode = True\n"
        "from kairos.engine import protocol; from kairos.engine.serve import results, wire\n"
        "message = protocol.Prepare('1', 'stack', window=(0, 0, 8, 8))\n"
        "assert wire.decode(wire.encode(message)) == message\n"
        "assert not {'numpy', 'rasterio', 'affine', 'torch', 'qgis'} & set(sys.modules)\n"
        "print(protocol.__file__)\n"
    )
    run = subprocess.run([python, "-I", "-S", "-c", script], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(str(tmp_path))
