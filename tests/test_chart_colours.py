"""The colours of charts are told apart by everybody, on the screen in both themes and on paper."""

import re
from itertools import combinations

import pytest

from tests import colours
from tools.vendor.vendor import TARGET

CSS = TARGET.parent / "css"
NAMES = [f"chart-{place}" for place in range(1, 6)]
# CIEDE2000: 10 is plain at a glance. WCAG 1.4.11 asks 3:1 of what a graphic is made of.
APART, AGAINST = 10, 3
THEMES = ["light", "dark", "print"]


def tokens(theme: str) -> dict[str, colours.Rgb]:
    """Every token of a theme that is a plain colour."""
    light, dark = (CSS / "app.css").read_text("utf-8").split("@media (prefers-color-scheme: dark)", 1)
    paper = (CSS / "charts.css").read_text("utf-8").rsplit("@media print", 1)[1]
    text = {"light": light, "dark": dark, "print": paper}[theme]
    return {
        name: colours.linear(value) for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", text)
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", colours.EYES)
def test_no_two_colours_look_alike(theme: str, eyes: str) -> None:
    found = {name: colours.seen(tokens(theme)[name], eyes) for name in NAMES}
    alike = [
        (one, other, round(apart, 1))
        for one, other in combinations(NAMES, 2)
        if (apart := colours.difference(found[one], found[other])) < APART
    ]
    assert alike == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_stands_out_from_the_page(theme: str) -> None:
    found = tokens(theme)
    grounds = [found[name] for name in ("surface", "paper") if name in found]
    assert grounds
    faint = [
        name for name in NAMES for ground in grounds if colours.contrast(found[name], ground) < AGAINST
    ]
    assert faint == []


def test_the_first_three_differ_on_paper_without_colour() -> None:
    greys = [tokens("print")[name] for name in NAMES[:3]]
    assert min(colours.contrast(one, other) for one, other in combinations(greys, 2)) > 1.25


def test_paper_has_the_colours_of_the_light_theme() -> None:
    light, paper = tokens("light"), tokens("print")
    assert {name: paper[name] for name in NAMES} == {name: light[name] for name in NAMES}


def test_as_many_dashes_and_shapes_as_colours_and_no_two_the_same() -> None:
    look = (TARGET.parent / "js" / "charts" / "look.mjs").read_text("utf-8")
    dashes = re.findall(r"\[[\d, ]*\]", look.split("DASHES = [", 1)[1].split("];", 1)[0])
    shapes = re.findall(r'"(\w+)"', look.split("SHAPES = [", 1)[1].split("];", 1)[0])
    assert len(set(dashes)) == len(set(shapes)) == len(NAMES)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ],
)
def test_difference_is_that_of_the_published_pairs(
    one: tuple[float, float, float], other: tuple[float, float, float], apart: float
) -> None:
    assert colours.lab_difference(one, other) == pytest.approx(apart, abs=1e-4)
