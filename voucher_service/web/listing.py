"""Listing: every list of the pages is searched, filtered, sorted, turned page by page and saved in the same way.

What was asked stands in the address: it can be kept and sent, it stays while pages are turned, and the file that
is saved holds the whole list that was asked for, in the order of the page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from flask import request, url_for
from flask_babel import force_locale, gettext

from voucher_service.kernel import clock
from voucher_service.kernel.keyset import Order
from voucher_service.reports import as_csv, table
from voucher_service.reports.table import AsOf, Kind, Table, Wording
from voucher_service.web.answers import File
from voucher_service.web.forms import FormSchema, Number, Typed
from voucher_service.web.labels import label
from voucher_service.web.language import language, later

USUAL, LONGEST = 50, 200
"""How many lines a page has unless another number is asked for, and at most."""
_PIECE = 1_000
_PAGE, _NOT_SIEVING = "page", frozenset(("tri", "lignes"))
ORDERS: Mapping[Enum, str] = {
    Order.NEWEST: later("Récents d'abord"),
    Order.OLDEST: later("Anciens d'abord"),
}


class ListForm(FormSchema):
    """What every list may be asked: which page, of how many lines; add its filters and its order, ``tri``."""

    page = Number(default=1, least=1, most=10**5)
    lignes = Number(default=USUAL, least=1, most=LONGEST)


class SearchForm(ListForm):
    """A list in which words are looked for."""

    recherche = Typed(default="", longest=100)


class Numbered(Typed):
    """The number of a booklet or of a pass, or a part of it, as people write it: ``pn 2026 000012``."""

    def _deserialize(self, value: Any, *args: Any, **named: Any) -> str:
        return "-".join(super()._deserialize(value, *args, **named).upper().split())


class Read(Protocol):
    """Reads the lines of a list that was asked for, from the ``start`` th (the first is 0), ``limit`` at most."""

    def __call__(self, *, start: int, limit: int) -> Iterable[Any]:
        """Read them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list: its lines, and the addresses of what can be asked next; none where there is nothing."""

    rows: list[Any]
    page: int
    is_sieved: bool
    kept: Mapping[str, Any]
    reset_url: str
    previous_url: str
    next_url: str
    first_url: str
    csv_url: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its heading in French, as the pages are translated, and what stands in it."""

    heading: str
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT


def sheet(asked: Mapping[str, Any], read: Read, *, at: str, csv: str, **path: Any) -> Sheet:
    """Read the page that is asked for, of the list shown ``at`` a page and saved by another (``csv``)."""
    page, lines = asked["page"], asked["lignes"]
    found = list(read(start=(page - 1) * lines, limit=lines + 1))
    kept = {
        name: [word for word in words if word]
        for name, words in request.args.lists()
        if name in asked and name != _PAGE and any(words)
    }
    turned = {**path, **kept}
    return Sheet(
        rows=found[:lines],
        page=page,
        is_sieved=bool(kept.keys() - _NOT_SIEVING),
        kept=kept,
        reset_url=url_for(at, **path),
        previous_url=url_for(at, **turned, **({_PAGE: page - 1} if page > 2 else {})) if page > 1 else "",  # noqa: PLR2004
        next_url=url_for(at, **turned, page=page + 1) if len(found) > lines else "",
        first_url=url_for(at, **turned) if page > 1 else "",
        csv_url=url_for(csv, **turned),
    )


def file(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> File:
    """Write a list for a spreadsheet while it is read, in the reader's language."""
    tongue = language()
    headings = tuple(_heading(column) for column in columns)
    whole = Table(
        name=name,
        title=Wording(name, name),
        as_of=AsOf(clock.civil_date(clock.now())),
        columns=headings,
        rows=_cells(columns, rows, tongue),
    )
    return File(as_csv.render(whole, language=tongue), as_csv.MEDIA_TYPE, f"{name}.csv")


def whole(read: Read) -> Iterator[Any]:
    """Return every line of a list, a piece at a time: however long it is, few are held at once.

    The first piece is read at once, so that what is refused is refused before a file begins.
    """
    return _on(read, list(read(start=0, limit=_PIECE)))


def choices(labels: Mapping[Enum, str]) -> list[tuple[str, str]]:
    """Return what a filter or an order offers: value and words."""
    return [(str(member.value), str(gettext(words))) for member, words in labels.items()]


def _heading(column: Column) -> table.Column:
    words = str(gettext(column.heading))
    return table.Column(words, column.kind, words, words)


def _cells(columns: Sequence[Column], rows: Iterable[Any], tongue: str) -> Iterator[list[Any]]:
    # The file is written when the view has returned: it keeps the language in which it was asked for.
    with force_locale(tongue):
        for row in rows:
            yield [_said(column.value(row)) for column in columns]


def _said(value: Any) -> Any:
    return label(value) if isinstance(value, Enum) else value


def _on(read: Read, found: list[Any]) -> Iterator[Any]:
    start = 0
    while found:
        yield from found
        start += len(found)
        found = list(read(start=start, limit=_PIECE))
