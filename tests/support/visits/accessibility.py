"""axe-core over pages of the console: what it looks for, what is known, and how a finding reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

SCHEMES = ("light", "dark")
_COLORS = ("color-contrast", "link-in-text-block")
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_EVERYTHING = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "resultTypes": ["violations"],
    # Calls itself experimental and is off, but WCAG 2.5.3 is level A.
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
_ONLY_COLORS = {"runOnly": {"type": "rule", "values": _COLORS}, "resultTypes": ["violations"]}
_RUN = """async ([context, options, known]) => {
    const found = [];
    const inside = (target) => target.reduce(
        (place, css) => (place.contentDocument ?? place).querySelector(css), document);
    for (const rule of (await axe.run(context, options)).violations)
        for (const node of rule.nodes) {
            const element = inside(node.target);
            const place = known.findIndex(
                ([id, css]) => id === rule.id && (!element || element.matches(css)));
            found.push([rule.id, node.target.join(" | "), node.html, node.failureSummary, place]);
        }
    return found;
}"""


@dataclass(frozen=True)
class Known:
    """A finding that stands: not ours to mend, or one that the guidelines except."""

    rule: str
    selector: str
    """CSS that matches the element itself."""
    reason: str


KNOWN: Final = (
    Known(
        "label-content-name-mismatch",
        "a.fc-event",
        "axe-core joins “08:00” and “Title” without the space between them; the name has both",
    ),
    Known(
        "label-content-name-mismatch",
        ".fc-daygrid-day",
        "a day of the month is named by its date; its events have names of their own",
    ),
    Known(
        "target-size",
        ".is-tl-row a.is-tiny",
        "its width is the event's length; the list on the same page has a link of full size",
    ),
)
"""What stands in docs/accessibility.md, too; each line has to be needed."""


@dataclass(frozen=True)
class Finding:
    """What a rule says about one element."""

    rule: str
    target: str
    html: str
    summary: str
    known: Known | None

    def __str__(self) -> str:
        """Return it in a few lines, for a test that fails."""
        return f"{self.rule}: {self.target}\n    {self.html[:200]}\n    {self.summary[:300]}"


def findings(
    page: Page, known: Iterable[Known], *, part: str = "html", only_colors: bool = False
) -> list[Finding]:
    """Return what axe-core finds on a part of the page and in its frames, as it is drawn now.

    Another scheme changes nothing but colours: `only_colors` asks for these alone, which is quick.
    """
    for frame in page.frames:
        if not frame.evaluate("typeof axe !== 'undefined'"):
            frame.evaluate(_axe())
    listed = list(known)
    page.locator(part).first.wait_for(state="attached")  # a dialog may just be drawn anew
    rows: list[list[Any]] = page.evaluate(
        _RUN,
        [
            {"include": [part]},
            _ONLY_COLORS if only_colors else _EVERYTHING,
            [[one.rule, one.selector] for one in listed],
        ],
    )
    return [
        Finding(rule, target, html, summary, listed[place] if place >= 0 else None)
        for rule, target, html, summary, place in rows
    ]


def show_in(page: Page, scheme: str) -> None:
    """Let the page follow a reader who wants it light or dark, and wait until it does."""
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    page.evaluate(_REST_STYLE, _AT_REST)
    page.wait_for_function(_FOLLOWED, arg=scheme)


_AT_REST = """* { transition: none !important; }
    [data-stale=true], summary, summary > * { opacity: 1 !important; }"""
"""What is asked for anew is pale for a moment, on a busy machine for seconds."""
_REST_STYLE = """css => {
    if (document.getElementById("at-rest")) return;
    const style = document.createElement("style");
    style.id = "at-rest";
    style.textContent = css;
    document.head.append(style);
}"""
_FOLLOWED = """scheme => {
    const frames = [...document.querySelectorAll("iframe")].map((one) => one.contentDocument);
    const places = [document, ...frames.filter(Boolean)];
    const parts = places.flatMap((one) => [...one.querySelectorAll(
        ".stApp, [data-testid=stSidebarNav] p, .is-person b, [role=dialog], .fc")])
        .filter((one) => one.getClientRects().length);
    const isPale = (part) => {
        const [red, green, blue] = getComputedStyle(part).color.match(/[0-9.]+/g).map(Number);
        return red + green + blue > 384;
    };
    return parts.every((part) => isPale(part) === (scheme === "dark"));
}"""
"""Streamlit gives the scheme to its parts one after the other, the component's frame at last."""


@cache
def _axe() -> str:
    return Path(AXE_FILE_PATH).read_text(encoding="utf-8")


_SEEN_FOCUS = """() => {
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const shown = (colors) => {
        paint.clearRect(0, 0, 1, 1);
        for (const color of colors) { paint.fillStyle = color; paint.fillRect(0, 0, 1, 1); }
        const light = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) =>
            part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
    };
    let element = document.activeElement;
    if (element.tagName === "IFRAME") element = element.contentDocument.activeElement;
    const name = element.getAttribute("aria-label") || element.innerText || element.tagName;
    const drawn = [element, ...["label", "div"].map((css) => element.closest(css))].filter(Boolean)
        .map((one) => getComputedStyle(one))
        .find((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    if (!drawn) return [name, 0];
    const grounds = [];
    for (let one = element.parentElement; one; one = one.parentElement)
        grounds.unshift(getComputedStyle(one).backgroundColor);
    const ground = shown(grounds), edge = shown([...grounds, drawn.outlineColor]);
    return [name, (Math.max(ground, edge) + 0.05) / (Math.min(ground, edge) + 0.05)];
}"""


def seen_focus(page: Page) -> tuple[str, float]:
    """Return what has the focus, and the contrast of its outline to the ground; 0 without one."""
    name, contrast = page.evaluate(_SEEN_FOCUS)
    return str(name), float(contrast)
