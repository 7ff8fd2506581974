"""Formats: which of the four a directory is written in, and its lines."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network.directory import content, herault, national_v0, national_v1, template
from voucher_service.network.directory.content import Record
from voucher_service.network.directory.lines import Line, Problem
from voucher_service.network.directory.rows import Row


class Format(StrEnum):
    """How a directory of venues is written."""

    TEMPLATE = "template"
    NATIONAL_V0 = "national-0.1"
    NATIONAL_V1 = "national-1.0"
    HERAULT = "herault"


_READERS: dict[Format, Callable[[int, Row], Line]] = {
    Format.TEMPLATE: template.read,
    Format.NATIONAL_V0: national_v0.read,
    Format.NATIONAL_V1: national_v1.read,
    Format.HERAULT: herault.read,
}
_DELIMITERS = ";,|\t"


@dataclass(eq=False)
class FormatIsUnknown(Refusal):
    """The columns are those of no known directory: use the template, or a file of the national standard.

    FR: Ces colonnes ne sont celles d'aucun annuaire connu : utilisez le modèle, ou le standard national.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class ColumnsAreUnknown(Refusal):
    """The template has no such columns: correct their names, so that nothing is lost.

    FR: Le modèle n'a pas ces colonnes : corrigez leurs noms, pour que rien ne soit perdu.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    columns: list[str]


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory: its format, and its lines as they are read, one by one."""

    format: Format
    lines: Iterator[Line]


def read(file: bytes) -> Directory:
    """Recognise a directory and read its lines; what is broken further down is refused when it is reached.

    Raises ``FormatIsUnknown``, ``ColumnsAreUnknown`` and the refusals of ``content``.
    """
    text = content.text_of(file)
    if text.lstrip()[:1] in {"[", "{"}:
        records = content.json_records(text)
        columns = {name for record in records for name in record.cells}
        return _directory(_recognised(columns), records)
    for delimiter in _DELIMITERS:
        header = content.header_of(text, delimiter)
        if len(header) > 1 and _is_known(header):
            return _directory(_recognised(header), content.csv_records(text, delimiter))
    raise FormatIsUnknown


def _is_known(columns: Collection[str]) -> bool:
    return bool({"n_ref", "pivot"} & set(columns)) or set(columns) >= template.REQUIRED


def _recognised(columns: Collection[str]) -> Format:
    present = set(columns)
    if {"n_ref", "ville", "nom"} <= present:
        return Format.HERAULT
    if {"id", "pivot", "nom"} <= present:
        is_old = present & national_v0.ONLY_HERE and not present & national_v1.ONLY_HERE
        return Format.NATIONAL_V0 if is_old else Format.NATIONAL_V1
    if not present >= template.REQUIRED:
        raise FormatIsUnknown
    if unknown := sorted(present - set(template.COLUMNS)):
        raise ColumnsAreUnknown(unknown)
    return Format.TEMPLATE


def _directory(found: Format, records: Iterable[Record]) -> Directory:
    return Directory(found, (_line(found, record) for record in records))


def _line(found: Format, record: Record) -> Line:
    if record.fault is not None:
        return Line(record.number, None, (Problem(record.fault),))
    return _READERS[found](record.number, Row(record.cells))
