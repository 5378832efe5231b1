"""Bring the translations in step with the sources: `translations.py`, then translate what is new.

Reads every text that is handed to `tr` or `mark` in `ui/` and `plugin.py`, writes them into
`resources/translations/kairos_<language>.ts` (what was translated stays, what is gone goes) and, by
Qt's `lrelease`, the `.qm` beside it that the plugin loads.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)

Texts = dict[tuple[str, str], str]
"""By context and source text: the translation, empty where there is none."""


def texts_of(file: Path) -> Iterator[tuple[str, str]]:
    """Context and text of everything that a file lets translate. Raises ValueError."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = _context_of_module(tree)
    for context, call in _calls(tree, ""):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
        if ast.unparse(call.func) == "QCoreApplication.translate":
            if isinstance(call.args[1], ast.Name):
                continue  # a helper that hands its text on
            context, text = _text(call.args[0], file), call.args[1]
        elif name == "tr":
            text = call.args[0]
        elif name == "mark" or (name == "_tr" and not _is_marked(call.args[0])):
            context, text = own, call.args[0]
        else:
            continue
        if not context:
            raise ValueError(f"{file.name}:{call.lineno}: tr stands outside of a class")
        yield context, _text(text, file)


def sources() -> set[tuple[str, str]]:
    """All that the plugin lets translate."""
    files = [ROOT / "plugin.py", *sorted((ROOT / "ui").rglob("*.py"))]
    return {found for file in files for found in texts_of(file)}


def read(file: Path) -> Texts:
    """What a .ts file holds."""
    if not file.exists():
        return {}
    found: Texts = {}
    root = ElementTree.parse(file).getroot()  # noqa: S314  # our own file
    for context in root.iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            source = message.findtext("source", "")
            found[name, source] = message.findtext("translation", "")
    return found


def write(file: Path, language: str, texts: Texts) -> None:
    """Write a .ts file, sorted, so that its history reads well."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    for name in sorted({context for context, _ in texts}):
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = name
        for (own, source), translated in sorted(texts.items()):
            if own == name:
                message = ElementTree.SubElement(context, "message")
                ElementTree.SubElement(message, "source").text = source
                entry = ElementTree.SubElement(message, "translation")
                entry.text = translated
                if not translated:
                    entry.set("type", "unfinished")
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    file.write_text(f"{head}{text}\n", encoding="utf-8")


def main() -> int:
    """Update every language; 1 where something lacks its translation."""
    lacking = 0
    for language in LANGUAGES:
        file = FOLDER / f"kairos_{language}.ts"
        file.parent.mkdir(exist_ok=True)
        known = read(file)
        # The same words in another place are mostly said the same way.
        said = {source: text for (_, source), text in known.items() if text}
        texts = {key: known.get(key) or said.get(key[1], "") for key in sources()}
        write(file, language, texts)
        for context, source in sorted(key for key, text in texts.items() if not text):
            sys.stderr.write(f"{file.name}: {context}: {source!r} is not translated\n")
            lacking += 1
        release = ["lrelease", "-silent", str(file), "-qm", str(file.with_suffix(".qm"))]
        subprocess.run(release, check=True)
    return 1 if lacking else 0


def _context_of_module(tree: ast.Module) -> str:
    """What the function `_tr` of a module names as its context."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
                if call.args and isinstance(call.args[0], ast.Constant):
                    return str(call.args[0].value)
    return ""


def _calls(node: ast.AST, context: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the class that it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _calls(child, child.name)
            continue
        if isinstance(child, ast.Call):
            yield context, child
        yield from _calls(child, context)


def _is_marked(node: ast.expr) -> bool:
    """Whether a text comes from where it was marked, instead of being written here."""
    return isinstance(node, (ast.Name, ast.Attribute))


def _text(node: ast.expr, file: Path) -> str:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        raise ValueError(f"{file.name}:{node.lineno}: only a text as it stands can be translated")
    return node.value


if __name__ == "__main__":
    sys.exit(main())
