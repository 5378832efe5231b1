"""The engine speaks English: the sentences of its that people meet most, in their language.

A test holds that the engine says each of them in these very words. What is not among them is shown
as the engine says it.
"""

from __future__ import annotations

import re
from functools import cache

from qgis.PyQt.QtCore import QCoreApplication

from ..marking import mark

SENTENCES = (
    mark("{} cannot be used as a folder for the results ({}); choose another one."),
    mark("{} cannot be written ({}); check the folder and the free space."),
    mark("The output {} lies inside the images' own folder; choose a folder outside it."),
    mark("The output {} contains the images themselves; choose another folder."),
    mark(
        "The output folder {} is not empty; add --resume to go on with an earlier run, "
        "--overwrite to replace its files, or choose another one."
    ),
    mark(
        "The run in {} was begun with other images or another method; replace it with "
        "--overwrite, or choose another folder."
    ),
    mark("{} was changed while it was cleaned; start again with --overwrite."),
    mark("{} was not cleaned from these images; clean them again into another folder."),
    mark("A run needs {} GB of memory at least, not {}."),
    mark("Kairos met an error it does not know ({}); the log has the details."),
    mark("The engine of Kairos cannot start: {}."),
    mark("The model {} cannot run here: {}; use {} instead."),
    mark("No image in {} has a clear pixel; check the masks or the classes that count as clear."),
    mark("{} is outside of {}: this is the estimate of {}."),
    mark(
        "{} is {} days outside of {}; choose a day at most {} days before the first or after "
        "the last."
    ),
    mark("{} has one date only ({}); add images of at least one other day."),
    mark("There is no folder {}; check the path."),
    mark("{} is not a folder of images; give a folder with one GeoTIFF per date."),
    mark("{} holds no GeoTIFF images; choose a folder with one per date."),
    mark(
        "{} has no dated optical image, {}; name the files with their date, such as "
        "S2_20190208.tif."
    ),
    mark("{} has no image that can be read; check what is in it."),
    mark("{} is not a readable image; replace it or move it out of the folder."),
    mark("{} is damaged: its pixels cannot be read; replace it or move it out of the folder."),
    mark("{} lacks band {} that the other images have; move it out of the folder or replace it."),
    mark("{} holds more than {} files; choose the folder of one stack."),
    mark("{} needs {} to be read; install them with: pip install 'kairos-eo[cubes]'."),
    mark("{} is damaged or no cube: it cannot be opened; load it anew."),
    mark("All images of {} are left out; take some of them in."),
    mark("The bands have no descriptions; taken by {} as {}."),
    mark("No mask, so clouds are found by the built-in detector: {}."),
    mark("No mask, so every pixel with data counts as clear: {}."),
    mark("Left out, elsewhere on the Earth than most: {}."),
    mark("Left out, no date in the name: {}."),
    mark("On another grid, warped onto the stack's: {}."),
    mark("Radar left out, elsewhere on the Earth: {}."),
    mark("Several sensors; the bands that all have: {}."),
    mark("Level-1C images are left out, because there are Level-2A images too."),
    mark("No metadata, so the offset is taken by baseline or date: {}."),
    mark("There is no image of {} among these; step to a day on which one was acquired."),
    mark(
        "The brush was outside of what the images' reference system can express; paint on the"
        " images."
    ),
    mark("The polygon is not on the images; choose one that is."),
    mark("That is no polygon; choose a polygon for the curve of an area."),
    mark("{} needs band {}, but the stack has only {}; choose another index or add the band."),
    mark("The formula is empty; write one such as (B08 - B04) / (B08 + B04)."),
    mark("The formula {} cannot be read{}; write one such as (B08 - B04) / (B08 + B04)."),
    mark("The formula {} names no band; name one such as B08."),
    mark("The formula {} may call {} only."),
    mark("There is no band {}; the bands are {}, or the letters {}."),
    mark(
        "Nothing can be proved on this ground: {}. Show more of the images, or take images of"
        " more days."
    ),
    mark(
        "The catalogue {} does not answer as it should; check the connection and the address,"
        " or try again later."
    ),
    mark("There are no Sentinel-2 images for this in {}; try {}."),
    mark("The area has {} x {} pixels; choose a smaller one."),
    mark("The images show nothing of the area; move it."),
    mark("The server refuses {}: it needs an account or a signature."),
    mark("{} cannot be read; the server fails, is too slow or sends half a file."),
    mark(
        "Catalogues of images need pystac-client, which is not installed; install it with: "
        "pip install 'kairos-eo[stac]'."
    ),
    mark("{} {} images are missing; get them again later."),
)
"""With a gap wherever the engine fills in a name or a number."""

RULES = (
    mark("YYYYMMDD"),
    mark("YYYY-MM-DD"),
    mark("YYYYDDD"),
    mark("{} in a band"),
    mark("axis {}"),
    mark("datetime of the item"),
    mark("you"),
    mark("Sen2Cor classes {} usable"),
    mark("1 usable"),
    mark("0 usable"),
    mark("QA60 without bits 10 and 11 usable"),
    mark("neither opaque cloud nor cirrus in MSK_CLASSI usable"),
    mark("QA_PIXEL without fill, cloud, shadow or snow usable"),
    mark("Fmask without cloud, shadow or snow usable"),
    mark("0 in CLM usable"),
    mark("Cloud Score+ of at least {} usable"),
    mark("{}, painted by hand in {}"),
    mark("no mask: {}"),
    mark("every pixel with data usable"),
    mark("clouds found by the built-in detector"),
    mark("cleaned by Kairos: every pixel with data usable"),
)
"""What told the date of an image, and what counts as clear in it; a gap may hold another rule."""


def in_own_language(sentence: str) -> str:
    """A sentence of the engine in the language of the person, where it is known."""
    for source, pattern in _patterns(SENTENCES):
        found = pattern.fullmatch(sentence)
        if found is not None:
            return _tr(source).format(*found.groups())
    return sentence


def rule_in_own_language(rule: str) -> str:
    """A rule of the engine in the language of the person, where it is known."""
    for source, pattern in _patterns(RULES):
        found = pattern.fullmatch(rule)
        if found is not None:
            return _tr(source).format(*map(rule_in_own_language, found.groups()))
    return rule


@cache
def _patterns(texts: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    """Those that say the most in words first: another may fit into the gaps of a shorter one."""
    longest = sorted(texts, key=lambda text: -len(text.replace("{}", "")))
    return [
        (text, re.compile("(.*?)".join(map(re.escape, text.split("{}"))), re.DOTALL))
        for text in longest
    ]


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("Engine", text))
