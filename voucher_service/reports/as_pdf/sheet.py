"""Sheet: where each row of a printed table goes; pure geometry, in points, that knows no PDF."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from voucher_service.reports.table import Kind


class Measure(Protocol):
    """Whoever knows the letters: the width of a text at a size of one point."""

    def __call__(self, text: str, *, bold: bool) -> float:
        """Return the width of ``text``."""


A4 = (595.28, 841.89)
MARGIN = 48.0
ROOM_ABOVE = 40.0
ROOM_BELOW = 46.0
PADDING = 5.0
AIR = 6.0
LEADING = 1.32

_TEXT_FLOOR = 14
_TALLEST = 12
_STYLES = ((A4, 8.5), (A4[::-1], 8.5), (A4[::-1], 7.0), (A4[::-1], 6.0))


@dataclass(frozen=True, slots=True)
class Grid:
    """The page, the size of its letters and the width of each column."""

    page: tuple[float, float]
    size: float
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """One row as printed: the lines of each cell. A very long row is cut into several bands."""

    cells: tuple[tuple[str, ...], ...]
    height: float
    bold: bool = False
    closes: bool = True


def wrap(text: str, width: float, wide: Callable[[str], float]) -> tuple[str, ...]:
    """Cut a text into lines no wider than ``width``, between words, or inside a word that is too long."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if wide(longer) <= width:
            lines[-1] = longer
            continue
        *full, last = _pieces(word, width, wide)
        lines.extend([*full, last])
    return tuple(line for line in lines if line) or ("",)


def shortened(text: str, width: float, wide: Callable[[str], float]) -> str:
    """Return the text, or as much of its beginning as fits in ``width`` followed by an ellipsis."""
    if wide(text) <= width:
        return text
    return _pieces(text, width - wide("…"), wide)[0].rstrip() + "…"


def _pieces(word: str, width: float, wide: Callable[[str], float]) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and wide(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def grid(
    kinds: Sequence[Kind], headings: Sequence[str], rows: Sequence[Sequence[str]], measure: Measure
) -> Grid:
    """Choose the page and the columns: upright if everything fits, else lying, else in smaller letters."""
    needs = [
        _needs(kind, headings[index], [row[index] for row in rows], measure)
        for index, kind in enumerate(kinds)
    ]
    for page, size in _STYLES:
        available = page[0] - 2 * MARGIN - 2 * PADDING * len(kinds)
        least, most = ([need[which] * size for need in needs] for which in (0, 1))
        if sum(least) <= available:
            return Grid(page, size, _shared(kinds, least, most, available))
    squeeze = available / sum(least)
    return Grid(page, size, tuple(width * squeeze + 2 * PADDING for width in least))


def _needs(kind: Kind, heading: str, texts: Sequence[str], measure: Measure) -> tuple[float, float]:
    """Return the least and the most that a column can use, per point of letter size."""
    heading_word = max(measure(word, bold=True) for word in heading.split(" "))
    longest = max(max((measure(text, bold=True) for text in texts), default=0.0), heading_word)
    if kind is Kind.TEXT:
        return max(min(longest, _TEXT_FLOOR), heading_word), longest
    return longest, longest


def _shared(
    kinds: Sequence[Kind], least: Sequence[float], most: Sequence[float], available: float
) -> tuple[float, ...]:
    """Share the width out: first what each column asks for, then what is left to the texts."""
    wanted = sum(most) - sum(least)
    grown = min(1.0, (available - sum(least)) / wanted) if wanted else 1.0
    widths = [low + (high - low) * grown for low, high in zip(least, most, strict=True)]
    texts = [index for index, kind in enumerate(kinds) if kind is Kind.TEXT] or list(range(len(kinds)))
    for index in texts:
        widths[index] += (available - sum(most)) / len(texts) if sum(most) < available else 0.0
    return tuple(width + 2 * PADDING for width in widths)


def bands(grid: Grid, row: Sequence[str], measure: Measure, *, bold: bool = False) -> Iterator[Band]:
    """Lay one row out in the columns of ``grid``, in as many bands as its longest text needs."""
    cells = [
        wrap(text, width - 2 * PADDING + 0.01, lambda line: measure(line, bold=bold) * grid.size)
        for text, width in zip(row, grid.widths, strict=True)
    ]
    tallest = max(len(cell) for cell in cells)
    for start in range(0, tallest, _TALLEST):
        part = tuple(cell[start : start + _TALLEST] for cell in cells)
        height = max(len(cell) for cell in part) * grid.size * LEADING + AIR
        yield Band(part, height, bold, closes=start + _TALLEST >= tallest)


def pages(rows: Sequence[Band], first: float, others: float, tail: float) -> list[list[Band]]:
    """Fill pages: ``first`` points on the first one, ``others`` on the next, ``tail`` kept at the end.

    The last row is never alone on its page, so that a total keeps company with what it adds up.
    """
    filled: list[list[Band]] = [[]]
    room = first
    for band in rows:
        if _height([*filled[-1], band]) > room and (filled[-1] or len(filled) == 1):
            filled.append([])
            room = others
        filled[-1].append(band)
    if len(filled[-1]) == 1 and len(filled) > 1 and len(filled[-2]) > 1:
        pair = [filled[-2][-1], filled[-1][0]]
        if _height(pair) <= others:
            filled[-2:] = [filled[-2][:-1], pair]
    return filled if _height(filled[-1]) + tail <= room else [*filled, []]


def _height(bands: Sequence[Band]) -> float:
    return sum(band.height for band in bands)
