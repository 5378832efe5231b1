"""What the engine says is shown in the language of the person, in words that it really uses."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest
from qgis.PyQt.QtCore import QCoreApplication

from kairos.engine import protocol
from kairos.engine.clear import CONVENTIONS
from kairos.engine.readers.header import CLOUD_SCORE
from kairos.engine.readers.quality import CLASSI, CLM, FMASK, QA_PIXEL
from kairos.plugin import install_translator
from kairos.ui.explain.trust_layers import DOUBT, ENDS, LEGEND, STYLES, TrustLayers
from kairos.ui.worker.client import WorkerClient
from kairos.ui.worker.words import RULES, SENTENCES, in_own_language, rule_in_own_language

OF_PRODUCTS = (CLASSI, CLM, CLOUD_SCORE, FMASK, QA_PIXEL)


@pytest.fixture
def in_german(qgis_app):
    translator = install_translator("de_DE")
    yield
    QCoreApplication.removeTranslator(translator)


def said(node):
    """A text of the source, with a gap wherever something is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(said(v) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return ""


@pytest.fixture(scope="module")
def spoken(root):
    files = (root / "engine").rglob("*.py")
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    texts = {" ".join(said(node).split()) for tree in trees for node in ast.walk(tree)}
    return {re.sub(r"\{\w+\}", "{}", text) for text in texts}


@pytest.mark.parametrize("sentence", [*SENTENCES, *RULES])
def test_the_engine_says_it_in_these_words(spoken, sentence):
    """Where this fails, the sentence was changed in the engine: change it in ui/worker/words.py."""
    assert sentence in spoken


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_is_found_with_its_gaps_filled(in_german, sentence):
    parts = sentence.split("{}")
    names = [f"(name {i})" for i in range(len(parts) - 1)]
    filled = sentence.format(*names)
    german = in_own_language(filled)
    assert german != filled
    assert german == QCoreApplication.translate("Engine", sentence).format(*names)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_found_with_its_gaps_filled(in_german, rule):
    names = [f"(name {i})" for i in range(rule.count("{}"))]
    german = rule_in_own_language(rule.format(*names))
    assert german == QCoreApplication.translate("Engine", rule).format(*names)
    assert german != rule.format(*names)


def test_a_rule_within_a_rule(in_german):
    painted = "no mask: clouds found by the built-in detector, painted by hand in a_BRUSH.tif"
    assert rule_in_own_language(painted) == (
        "keine Maske: Wolken vom eingebauten Detektor gefunden, von Hand gemalt in a_BRUSH.tif"
    )
    assert rule_in_own_language("YYYYMMDD in a band") == "JJJJMMTT in einem Kanal"


def test_every_mask_of_the_engine_has_its_rule_here():
    known = {re.sub(r"\d+\.\d+|\{\w+\}", "{}", c.rule) for c in (*CONVENTIONS, *OF_PRODUCTS)}
    assert known <= set(RULES)


def test_what_nobody_knows_stays_as_it_is(in_german):
    assert in_own_language("The moon {is} full.") == "The moon {is} full."


def test_english_stays_english(qgis_app):
    sentence = "There is no folder a {} b; check the path."
    assert in_own_language(sentence) == sentence


def test_the_worker_speaks_german_in_the_window(in_german, qtbot, tmp_path):
    client, heard = WorkerClient(), []
    request = protocol.Open(client.next_id(), str(tmp_path / "nowhere"))
    client.ask(request, heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=30_000)
    client.stop()
    assert heard[0].message.startswith("Es gibt keinen Ordner ")
    assert str(tmp_path / "nowhere") in heard[0].message


def words_of(layer):
    return [words for words, _ in layer.renderer().legendSymbologyItems()]


@pytest.mark.parametrize("kind", ENDS)
def test_legends_are_german(in_german, qgis_new_project, write, tmp_path, kind):
    write(tmp_path / f"frame{ENDS[kind]}.tif", np.ones((1, 4, 4), np.float32))
    layers = TrustLayers()
    for _ in range(2):  # a second day, the same layer
        assert layers.show(kind, tmp_path / "frame.tif", "x", 1)
        words = words_of(layers.layer(kind))
        assert words == [QCoreApplication.translate("Trust", text) for text in in_style(kind)]
        assert words != in_style(kind)
    layers.remove(kind)


def in_style(kind):
    text = (STYLES / f"{kind}.qml").read_text(encoding="utf-8")
    return [part.split('"')[0] for part in text.split('label="')[1:]]


def test_every_word_of_the_styles_is_translated():
    assert {word for kind in ENDS for word in in_style(kind)} == set(LEGEND)
    assert DOUBT in ENDS
