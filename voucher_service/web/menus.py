"""Menus: which pages stand in the menu of whoever reads, under which headings, and where he is in it.

A short menu is one row. A long one is read in two steps: the row of its headings, and under it the pages of the
heading that the reader is in. On a narrow screen either is folded away behind one word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Flask, current_app, request, url_for
from flask_babel import gettext

from voucher_service.kernel.actor import Role
from voucher_service.web.context import signed
from voucher_service.web.language import later
from voucher_service.web.marks import Heading, Menu

_KNOWN = "voucher_service.menu"
_MOST_IN_A_ROW = 9
_FEW = 4
_HEADINGS = {
    Heading.WORK: later("À faire"),
    Heading.CAMPAIGNS: later("Campagnes et financeurs"),
    Heading.NETWORK: later("Lieux et carnets"),
    Heading.PAYING: later("Payer"),
    Heading.END: later("Fin et clôture"),
    Heading.SERVICE: later("Comptes et service"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu: its words, its address, whether the reader is at it or somewhere under it."""

    label: str
    url: str
    is_here: bool
    is_under: bool

    @property
    def current(self) -> str:
        """What ``aria-current`` says of it: nothing, the page itself, or one of its own."""
        return "page" if self.is_here else "true" if self.is_under else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under one heading; a heading over one page is that page's own words."""

    label: str
    entries: Sequence[Entry]

    @property
    def url(self) -> str:
        """Where the heading leads: to its first page."""
        return self.entries[0].url

    @property
    def is_current(self) -> bool:
        """Whether the reader is in it."""
        return any(entry.current for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Shown:
    """The menu of whoever reads."""

    groups: Sequence[Group]

    @property
    def entries(self) -> list[Entry]:
        """All pages, in order."""
        return [entry for group in self.groups for entry in group.entries]

    @property
    def is_long(self) -> bool:
        """Whether it is read in two steps."""
        return len(self.entries) > _MOST_IN_A_ROW

    @property
    def is_folded(self) -> bool:
        """Whether it is folded away where the screen is narrow."""
        return len(self.entries) > _FEW

    @property
    def here(self) -> Entry | None:
        """Where the reader is."""
        return next((entry for entry in self.entries if entry.current), None)

    @property
    def group(self) -> Group | None:
        """The pages beside the one where the reader is, where the menu is long and there are any."""
        within = next((group for group in self.groups if group.is_current), None)
        return within if within and self.is_long and len(within.entries) > 1 else None


def install(app: Flask) -> None:
    """Note every page that has a place in a menu, once all are registered."""
    app.extensions[_KNOWN] = [
        (said.menu, said.roles or frozenset(), name)
        for name, view in app.view_functions.items()
        if (said := getattr(view, "page_marks", None)) and said.menu
    ]


def menu() -> Shown:
    """Return the menu of whoever reads; an empty one for a stranger."""
    mine = sorted(_mine(), key=lambda one: (one[0].heading, one[0].order))
    here = _nearest([name for _said, name in mine])
    return Shown(
        [
            _group(heading, [_entry(said, name, here) for said, name in within])
            for heading, within in groupby(mine, key=lambda one: one[0].heading)
        ]
    )


def _mine() -> Iterator[tuple[Menu, str]]:
    reader = signed()
    if reader is None or reader.needs_factor:
        return
    known: list[tuple[Menu, frozenset[Role], str]] = current_app.extensions[_KNOWN]
    is_keeper = reader.actor.is_referent or reader.actor.role is Role.OPERATOR
    for said, roles, name in known:
        if reader.actor.role in roles and (is_keeper or not said.for_keepers):
            yield said, name


def _nearest(names: Sequence[str]) -> str | None:
    """Name the entry that the reader is at or under: by the address, or by the subject where that is plain."""
    above = [name for name in names if _is_under(request.path, url_for(name))]
    nearest = max(above, key=lambda name: len(url_for(name)), default=None)
    if nearest and request.path == url_for(nearest):
        return nearest
    subject = getattr(current_app.blueprints.get(request.blueprint or ""), "under", "")
    of_subject = [name for name in names if name.partition(".")[0] == subject]
    return of_subject[0] if len(of_subject) == 1 else nearest


def _is_under(path: str, url: str) -> bool:
    return path == url or path.startswith(f"{url}/")


def _entry(said: Menu, name: str, here: str | None) -> Entry:
    url = url_for(name)
    return Entry(gettext(said.label), url, name == here and request.path == url, name == here)


def _group(heading: Heading, entries: Sequence[Entry]) -> Group:
    return Group(entries[0].label if len(entries) == 1 else gettext(_HEADINGS[heading]), entries)
