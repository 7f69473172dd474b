"""Recomputes from tokens.css that everything can be read (WCAG 2.2 AA), also by the colour-blind.

Text needs 4.5, what only marks an edge or an area needs 3. The distance of two colours is
CIEDE2000, colour-blindness is Machado 2009 at full strength.
"""

import itertools
import math
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "calendar_sync/static/calendar_sync/tokens.css"
Tokens = dict[str, str]
RGB = tuple[float, float, float]

SURFACES = ("page", "surface", "sunk", "raised")
TEXTS = [
    *((ink, surface) for ink in ("ink", "ink-2", "ink-3") for surface in SURFACES),
    *((kind, f"{kind}-soft") for kind in ("good", "info", "warn", "bad", "primary")),
    ("on-bar", "bar"),
    ("on-bar-quiet", "bar"),
    ("bar", "on-bar-quiet"),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("primary", "surface"),
    ("primary", "page"),
    ("ink", "primary-soft"),
    ("ink-2", "busy"),
    ("ink-3", "off-hours"),
    ("today", "surface"),
    ("on-today", "today"),
    ("on-danger", "danger"),
    ("on-alarm", "alarm"),
    ("on-badge", "badge"),
]
EDGES = [
    ("line-strong", "surface"),
    ("line-strong", "page"),
    *(("focus", surface) for surface in SURFACES),
]
SIGHTS: dict[str, tuple[RGB, RGB, RGB]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def tokens(theme: str) -> Tokens:
    """Variables of the frame, and of the twelve colours as `c1.solid` and so on."""
    text = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.DOTALL)
    found: Tokens = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        for name, value in re.findall(r"--([\w-]+): (#[0-9A-F]{6});", body):
            for part in selector.strip().split(",\n"):
                dark, _, colour = part.rpartition('[data-bs-theme="dark"]')
                if '[data-bs-theme="dark"]' in part and theme == "light":
                    continue
                prefix = colour.strip().removeprefix(".").removeprefix(":root")
                found[f"{prefix}.{name}" if prefix else name] = value
                assert not dark
    return found


LIGHT, DARK = tokens("light"), tokens("dark")
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def linear(colour: str) -> RGB:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    lights = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue
        for red, green, blue in (linear(one), linear(other))
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: RGB) -> RGB:
    red, green, blue = (min(1.0, max(0.0, value)) for value in colour)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (
        value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116
        for value in (x, y, z)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen(colour: str, sight: str) -> RGB:
    """L*a*b* of the colour as a person with this sight sees it."""
    rows = [
        sum(factor * value for factor, value in zip(row, linear(colour), strict=True))
        for row in SIGHTS[sight]
    ]
    return lab((rows[0], rows[1], rows[2]))


def distance(one: RGB, other: RGB) -> float:
    """CIEDE2000 (Sharma, Wu, Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_c**7 / (mean_c**7 + 25**7)))
    c1, c2 = math.hypot(a1 * (1 + g), b1), math.hypot(a2 * (1 + g), b2)
    h1 = math.degrees(math.atan2(b1, a1 * (1 + g))) % 360
    h2 = math.degrees(math.atan2(b2, a2 * (1 + g))) % 360
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    ml, mc, mh = (l1 + l2) / 2, (c1 + c2) / 2, h1 + turn / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(mh - 30))
        + 0.24 * math.cos(math.radians(2 * mh))
        + 0.32 * math.cos(math.radians(3 * mh + 6))
        - 0.20 * math.cos(math.radians(4 * mh - 63))
    )
    sl = 1 + 0.015 * (ml - 50) ** 2 / math.sqrt(20 + (ml - 50) ** 2)
    sc, sh = 1 + 0.045 * mc, 1 + 0.015 * mc * t
    spread = 30 * math.exp(-((((mh % 360) - 275) / 25) ** 2))
    rotation = 2 * math.sqrt(mc**7 / (mc**7 + 25**7)) * math.sin(math.radians(2 * spread))
    return math.sqrt(
        (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 - rotation * (dc / sc) * (dh / sh)
    )


def test_the_formulas_give_published_values() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ]
    for one, other, published in pairs:
        assert distance(one, other) == pytest.approx(published, abs=0.0001)


@THEMES
def test_texts_can_be_read(theme: Tokens) -> None:
    weak = {
        (ink, ground): round(contrast(theme[ink], theme[ground]), 2)
        for ink, ground in TEXTS
        if contrast(theme[ink], theme[ground]) < 4.5
    }
    assert weak == {}


@THEMES
def test_edges_can_be_seen(theme: Tokens) -> None:
    weak = [pair for pair in EDGES if contrast(theme[pair[0]], theme[pair[1]]) < 3]
    assert weak == []


@THEMES
@pytest.mark.parametrize("number", range(1, 13))
def test_a_persons_colour_carries_text(theme: Tokens, number: int) -> None:
    colour = {name: theme[f"c{number}.{name}"] for name in ("solid", "on-solid", "tint", "on-tint")}

    assert contrast(colour["solid"], colour["on-solid"]) >= 4.5
    assert contrast(colour["tint"], colour["on-tint"]) >= 4.5
    assert contrast(colour["on-tint"], theme["surface"]) >= 4.5
    assert contrast(colour["solid"], theme["surface"]) >= 3


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_the_first_six_colours_differ_for_everybody(theme: Tokens, sight: str) -> None:
    colours = [seen(theme[f"c{number}.solid"], sight) for number in range(1, 7)]

    assert min(distance(*pair) for pair in itertools.combinations(colours, 2)) >= 12


@pytest.mark.parametrize(("theme", "least"), [(LIGHT, 10.5), (DARK, 7.6)], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_all_twelve_differ(theme: Tokens, least: float, sight: str) -> None:
    colours = [seen(theme[f"c{number}.solid"], sight) for number in range(1, 13)]

    assert min(distance(*pair) for pair in itertools.combinations(colours, 2)) >= least - 0.05
