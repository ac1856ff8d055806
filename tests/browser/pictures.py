"""`tools/screens`: a picture of every scene at 1280 and 320 px, in the folder `pictures`, which is not kept; those that
the documents show are in docs/screens too. The same bytes on every run of one machine, but for what is made at random
(addresses to follow a lote, codes of failures). Few colours: pages are flat."""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

import structlog
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from portal.config import ROOT

from .chromium import LAUNCH, SPANISH
from .scenes import SCENES, Scene, Visits
from .world import World, standing

FOLDER = ROOT / "pictures"
KEPT = ROOT / "docs" / "screens"
WIDTHS = (1280, 320)
TALLEST = 1_500  # px: what follows is more of the same lines
COLOURS = 48
APART = 8  # of 255, in some channel


def main(names: list[str]) -> int:
    """Makes the pictures of the scenes with these names, or of all; unknown names are told and give status 1."""
    unknown = set(names) - {scene.name for scene in SCENES}
    if unknown:
        print(f"No scene is called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = [scene for scene in SCENES if not names or scene.name in names]
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder)) as world, sync_playwright() as playwright:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        browser = playwright.chromium.launch(**LAUNCH)
        visits = Visits(browser, world)
        for scene in wanted:
            size = sum(_take(browser, visits, world, scene, width) for width in WIDTHS)
            print(f"{scene.name}: {size / 1000:.0f} kB", flush=True)
        browser.close()
    for name in shown():
        if (FOLDER / name).exists():
            shutil.copyfile(FOLDER / name, KEPT / name)
    return 0


def shown() -> set[str]:
    """The names of the pictures that a document shows."""
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return {name for path in documents for name in re.findall(r"\(\S*screens/([^/)\s]+\.png)\)", path.read_text())}


def _take(browser: Browser, visits: Visits, world: World, scene: Scene, width: int) -> int:
    """One picture; its size in bytes."""
    context = browser.new_context(
        viewport={"width": width, "height": 640}, storage_state=visits.state(scene.visitor), **SPANISH
    )
    page = context.new_page()
    scene.open(page, world)
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    picture = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    context.close()
    path = FOLDER / f"{scene.name}-{width}.png"
    _flat(Image.open(io.BytesIO(picture)).convert("RGB")).save(path, optimize=True)
    return path.stat().st_size


def _flat(picture: Image.Image) -> Image.Image:
    """With a palette of its own commonest colours: the fills stay exactly what the stylesheet says."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in _commonest(picture) for channel in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def _commonest(picture: Image.Image) -> list[tuple[int, ...]]:
    """None near a commoner one: Pillow looks colours up by fours, and would take white for the grey beside it."""
    kept: list[tuple[int, ...]] = []
    for _, colour in sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True):
        if all(max(abs(a - b) for a, b in zip(colour, one, strict=True)) >= APART for one in kept):
            kept.append(colour)
    return kept[:COLOURS]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
