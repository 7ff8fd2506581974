"""The style sheets: what a page looks like where it is narrow, and where it is wide."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

_STYLES = Path(str(files("voucher_service") / "web" / "static" / "css"))
_BY_WIDTH = re.compile(r"@(?:media|container)[^{]*width[^{]*\{")
_COLOURS = re.compile(r"[{;\s](color|background|background-color|opacity|fill|filter)\s*:")


def _by_width(style: str) -> Iterator[str]:
    """Cut out what holds at some widths only."""
    for begin in _BY_WIDTH.finditer(style):
        end, depth = begin.end(), 1
        while depth:
            depth += {"{": 1, "}": -1}.get(style[end], 0)
            end += 1
        yield style[begin.end() - 1 : end]


def test_no_colour_depends_on_the_width() -> None:
    styles = [path.read_text("utf-8") for path in sorted(_STYLES.glob("*.css"))]
    blocks = [block for style in styles for block in _by_width(style)]

    assert len(blocks) > 3
    assert [found.group(1) for block in blocks for found in _COLOURS.finditer(block)] == []
