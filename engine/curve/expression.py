"""Formulas over bands, such as `(B08 - B04) / (B08 + B04)`: read safely, never executed as code.

Bands go by their Sentinel-2 names or by the letters of the index catalogues (Montero et al. 2023,
Awesome Spectral Indices): N stands for near infrared, R for red and so on.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kairos.engine.errors import BandError, RequestError

Numbers = NDArray[np.float64]

LETTERS: dict[str, tuple[str, ...]] = {
    "A": ("B01",),
    "B": ("B02",),
    "G": ("B03",),
    "R": ("B04",),
    "RE1": ("B05",),
    "RE2": ("B06",),
    "RE3": ("B07",),
    "N": ("B08", "B8A"),
    "N2": ("B8A",),
    "S1": ("B11",),
    "S2": ("B12",),
}
"""For each letter the bands that can serve, best first."""

_BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
_LONGEST = 300
_TINY = 1e-6
"""What a divisor counts as at least, so that dark ground gives a number and not a gap."""

_TWO: dict[type[ast.operator], Callable[[Numbers, Numbers], Numbers]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / np.where(np.abs(b) < _TINY, np.where(b < 0, -_TINY, _TINY), b),
    ast.Pow: operator.pow,
}
_ONE: dict[type[ast.unaryop], Callable[[Numbers], Numbers]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_CALLS: dict[str, tuple[int, Callable[..., Numbers]]] = {
    "sqrt": (1, np.sqrt),
    "abs": (1, np.abs),
    "log": (1, np.log),
    "exp": (1, np.exp),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
}


@dataclass(frozen=True)
class Expression:
    """A formula that has been read."""

    text: str
    _tree: ast.expr

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Read a formula.

        Raises:
            RequestError: it is no formula; says where and why.
        """
        text = text.strip()
        if not text:
            raise RequestError("The formula is empty; write one such as (B08 - B04) / (B08 + B04).")
        if len(text) > _LONGEST:
            raise RequestError(f"The formula is longer than {_LONGEST} characters; shorten it.")
        try:
            tree = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            where = getattr(error, "offset", None)
            place = f" near character {min(where, len(text))}" if where else ""
            raise RequestError(
                f"The formula {text} cannot be read{place}; write one such as "
                "(B08 - B04) / (B08 + B04)."
            ) from error
        _check(tree, text)
        return cls(text, tree)

    @cached_property
    def operands(self) -> tuple[str, ...]:
        """The names in it, each once, in order."""
        names = [n for n in ast.walk(self._tree) if isinstance(n, ast.Name) and is_band(n.id)]
        names.sort(key=lambda n: n.col_offset)
        return tuple(dict.fromkeys(n.id.upper() for n in names))

    def choices(self) -> tuple[tuple[str, ...], ...]:
        """For each operand the bands that can serve, best first."""
        return tuple(LETTERS.get(name, (name,)) for name in self.operands)

    def positions(self, bands: Sequence[str], name: str) -> list[int]:
        """Where the operands stand among the bands of a stack.

        Raises:
            BandError: an operand has no band in the stack; `name` is what needs it.
        """
        found = []
        for choices in self.choices():
            band = next((b for b in choices if b in bands), None)
            if band is None:
                raise BandError(
                    f"{name} needs band {' or '.join(choices)}, but the stack has only "
                    f"{', '.join(bands)}; choose another index or add the band."
                )
            found.append(list(bands).index(band))
        return found

    def __call__(self, operands: Sequence[NDArray[np.float32]]) -> Numbers:
        """Its value for operands of one shape, in the order of `operands`; NaN where undefined."""
        values = dict(zip(self.operands, (o.astype(np.float64) for o in operands)))
        with np.errstate(all="ignore"):
            result = np.asarray(_value(self._tree, values), np.float64)
        result = np.broadcast_to(result, np.shape(operands[0]))
        return np.where(np.isfinite(result), result, np.nan)


def is_band(name: str) -> bool:
    """Whether a formula may name this."""
    return name.upper() in LETTERS or name.upper() in _BANDS


def _check(tree: ast.expr, text: str) -> None:
    """Refuse whatever is no formula: calls of anything else, attributes, comparisons, texts."""
    named = False
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.operator, ast.unaryop, ast.expr_context)):
            if type(node) not in (*_TWO, *_ONE, ast.Load):
                raise RequestError(f"The formula {text} uses a sign that is not + - * / or **.")
        elif isinstance(node, ast.Call):
            _check_call(node, text)
        elif isinstance(node, ast.Name):
            if id(node) not in called:
                named = True
                _check_name(node.id)
        elif isinstance(node, ast.Constant):
            if type(node.value) not in (int, float):
                raise RequestError(f"The formula {text} holds {node.value!r}, which is no number.")
        elif not isinstance(node, (ast.BinOp, ast.UnaryOp)):
            raise RequestError(
                f"The formula {text} may hold bands, numbers, + - * / ** and "
                f"{', '.join(_CALLS)} only."
            )
    if not named:
        raise RequestError(f"The formula {text} names no band; name one such as B08.")


def _check_call(node: ast.Call, text: str) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _CALLS or node.keywords:
        raise RequestError(f"The formula {text} may call {', '.join(_CALLS)} only.")
    if len(node.args) != _CALLS[name][0]:
        raise RequestError(f"In the formula, {name} takes {_CALLS[name][0]} value(s).")


def _check_name(name: str) -> None:
    if not is_band(name):
        raise RequestError(
            f"There is no band {name}; the bands are {', '.join(_BANDS)}, or the letters "
            f"{', '.join(LETTERS)}."
        )


def _value(node: ast.expr, values: dict[str, Numbers]) -> Numbers:
    if isinstance(node, ast.BinOp):
        both = _value(node.left, values), _value(node.right, values)
        return _TWO[type(node.op)](*both)
    if isinstance(node, ast.UnaryOp):
        return _ONE[type(node.op)](_value(node.operand, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _CALLS[node.func.id][1](*(_value(a, values) for a in node.args))
    if isinstance(node, ast.Name):
        return values[node.id.upper()]
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return np.asarray(min(float(node.value), 1e300), np.float64)
    raise TypeError(f"{type(node).__name__} was not checked")
