"""Content: the bytes of a directory become rows of text cells, or the file is refused with what to do."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, NoReturn

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network.directory.lines import Fault
from voucher_service.network.spelling import tidy

LARGEST_FILE = 20_000_000
"""Bytes: some thirty times the largest regional directory seen."""
MOST_LINES = 20_000
"""Twenty times the largest regional directory seen; their import takes some seconds."""
LONGEST_CELL = 5_000


@dataclass(eq=False)
class FileIsTooLarge(Refusal):
    """The file is too large: cut it in several.

    FR: Le fichier est trop volumineux : découpez-le en plusieurs.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    most_bytes: int = LARGEST_FILE
    most_lines: int = MOST_LINES


@dataclass(eq=False)
class FileIsNotText(Refusal):
    """The file is not text: export it as CSV, or as JSON.

    FR: Le fichier n'est pas du texte : exportez-le en CSV ou en JSON.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class FileIsNotUtf8(Refusal):
    """The file's accents are not in UTF-8: save it again as « CSV UTF-8 ».

    FR: Les accents du fichier ne sont pas en UTF-8 : enregistrez-le à nouveau en « CSV UTF-8 ».
    """

    kind: ClassVar[Kind] = Kind.INVALID

    line: int


@dataclass(eq=False)
class FileIsBroken(Refusal):
    """The file cannot be read from this line on: a quotation mark is not closed, or its structure is broken.

    FR: Fichier illisible à partir de cette ligne : un guillemet n'est pas fermé, ou la structure est rompue.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    line: int


@dataclass(eq=False)
class HeaderIsAmbiguous(Refusal):
    """Two columns bear the same name: rename one of them.

    FR: Deux colonnes portent le même nom : renommez l'une d'elles.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    columns: list[str]


class Record(NamedTuple):
    """One row as it was written: its cells by column, or the fault that makes it unreadable."""

    number: int
    cells: Mapping[str, str]
    fault: Fault | None = None


def text_of(content: bytes) -> str:
    """Return the file's text, without its byte-order mark.

    Raises ``FileIsTooLarge``, ``FileIsNotText``, ``FileIsNotUtf8``.
    """
    if len(content) > LARGEST_FILE:
        raise FileIsTooLarge
    if b"\0" in content:
        raise FileIsNotText
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileIsNotUtf8(content.count(b"\n", 0, error.start) + 1) from error


def header_of(text: str, delimiter: str) -> list[str]:
    """Return the columns' names as this delimiter separates them; none where the first line is broken."""
    try:
        return [tidy(name) for name in next(csv.reader(io.StringIO(text), delimiter=delimiter), [])]
    except csv.Error:
        return []


def csv_records(text: str, delimiter: str) -> Iterator[Record]:
    """Yield the rows under the header, lines without any cell left out.

    Raises ``FileIsBroken``, ``FileIsTooLarge``, ``HeaderIsAmbiguous``.
    """
    header = header_of(text, delimiter)
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise HeaderIsAmbiguous(twice)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(rows, start=1):
            if number > MOST_LINES + 1:
                raise FileIsTooLarge
            if number > 1 and row:
                yield _record(number, header, row)
    except csv.Error as error:
        raise FileIsBroken(rows.line_num) from error


def json_records(text: str) -> list[Record]:
    """Return the records of a JSON list.

    Raises ``FileIsBroken``, ``FileIsTooLarge``.
    """
    try:
        items = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise FileIsBroken(error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise FileIsBroken(1) from error
    if not isinstance(items, list):
        raise FileIsBroken(1)
    if len(items) > MOST_LINES:
        raise FileIsTooLarge
    return [_json_record(number, item) for number, item in enumerate(items, start=1)]


def _record(number: int, header: list[str], row: list[str]) -> Record:
    if not any(cell.strip() for cell in row):
        return Record(number, {}, Fault.EMPTY)
    if len(row) != len(header):
        return Record(number, {}, Fault.MISCOUNTED)
    return _within_bounds(number, dict(zip(header, row, strict=True)))


def _json_record(number: int, item: Any) -> Record:
    if not isinstance(item, dict) or not all(_is_a_cell(value) for value in item.values()):
        return Record(number, {}, Fault.NOT_A_RECORD)
    return _within_bounds(number, {tidy(name): _cell(value) for name, value in item.items()})


def _within_bounds(number: int, cells: dict[str, str]) -> Record:
    if any(len(cell) > LONGEST_CELL for cell in cells.values()):
        return Record(number, {}, Fault.CELL_TOO_LONG)
    return Record(number, cells)


def _is_a_cell(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    return value is None or isinstance(value, str | int | float)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
