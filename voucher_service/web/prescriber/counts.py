"""Counts: what is really in the cupboard is scanned or typed, compared, and recorded only once it was looked at."""

from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.reports.table import Kind
from voucher_service.vouchers import covers, stock_count
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.web import listing
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying, choosing, forms, labels
from voucher_service.web.prescriber.forms import Shortage

pages = Pages("counts", "/inventaire")

_RECENT = 5
_COLUMNS = (
    Column(later("Fait le"), lambda count: count.counted_on, Kind.DATE),
    Column(later("Campagne"), lambda count: count.series),
    Column(later("Attendus"), lambda count: count.expected, Kind.INTEGER),
    Column(later("Vus"), lambda count: count.seen, Kind.INTEGER),
    Column(later("Manquants"), lambda count: " ".join(count.missing)),
    Column(later("Retrouvés"), lambda count: " ".join(count.found_again)),
)
_OF_THE_LINES: dict[type[Refusal], str] = dict.fromkeys(
    (
        covers.NumberIsMistyped,
        covers.RangeIsOutOfBounds,
        covers.BookletIsOfAnotherCampaign,
        BookletIsUnknown,
    ),
    "lines",
)


@pages.get("", scans=True)
@allow(Role.PRESCRIBER)
def ask(session: Session) -> Page:
    """Ask which booklets are in the cupboard; show the counts before."""
    by = actor()
    return Page(
        "prescriber/count/ask.html",
        choices=choosing.read(session, by=by),
        counts=stock_count.search(session, by=by, limit=_RECENT),
    )


@pages.post("/comparer", back=ask, scans=True)
@allow(Role.PRESCRIBER)
@takes(forms.CountForm, about=_OF_THE_LINES)
def compare(session: Session, said: dict[str, Any]) -> Page:
    """Show what agrees, what is missing and what is too many; nothing is recorded yet."""
    by = actor()
    numbers = covers.read_all(said["lines"] or [], series=said["series"])
    compared = stock_count.compare(session, series=said["series"], site_id=said["site"], seen=numbers, by=by)
    carrying.put(said | {"lines": "\n".join(numbers)})
    choices = choosing.read(session, by=by)
    return Page("prescriber/count/compare.html", compared=compared, site=choices.site_name(said["site"]))


@pages.get("/comparer")
@allow(Role.PRESCRIBER)
def restart(_session: Session) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("counts.ask")


@pages.post("", back=ask, scans=True)
@allow(Role.PRESCRIBER)
@takes(forms.CountForm, about=_OF_THE_LINES)
def count(session: Session, said: dict[str, Any]) -> Go:
    """Record the count: what was not seen becomes a shortage, what was found again comes back."""
    at = clock.now()
    counted = stock_count.count(
        session,
        series=said["series"],
        site_id=said["site"],
        seen=covers.read_all(said["lines"] or [], series=said["series"]),
        on=clock.civil_date(at),
        at=at,
        by=actor(),
    )
    return Go("counts.counted", stock_count_id=counted.id, said=_("L'inventaire est enregistré."))


@pages.get("/precedents")
@allow(Role.PRESCRIBER)
@takes(forms.CountsAsked)
def earlier(session: Session, asked: dict[str, Any]) -> Page:
    """List the counts that were recorded."""
    return Page(
        "prescriber/count/earlier.html",
        sheet=listing.sheet(asked, _read(session, asked), at="counts.earlier", csv="counts.export"),
        choices=choosing.read(session, by=actor()),
        shortages=listing.choices(labels.SHORTAGES),
        orders=listing.choices(listing.ORDERS),
    )


@pages.get("/precedents.csv", streams=True)
@allow(Role.PRESCRIBER)
@takes(forms.CountsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    choices = choosing.read(session, by=actor())
    columns = (*_COLUMNS, Column(later("Site"), lambda count: choices.site_name(count.site_id)))
    return listing.file(_("inventaires"), columns, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    short = asked["manque"]
    return partial(
        stock_count.search,
        session,
        by=actor(),
        site_id=asked["site"],
        series=asked["series"],
        is_short=None if short is None else short is Shortage.SHORT,
        order=asked["tri"],
    )


@pages.get("/<uuid:stock_count_id>")
@allow(Role.PRESCRIBER)
def counted(session: Session, stock_count_id: UUID) -> Page:
    """Show a count that was recorded, and what to do about what was missing."""
    by = actor()
    done = stock_count.own(session, stock_count_id=stock_count_id, by=by)
    return Page(
        "prescriber/count/counted.html",
        count=done,
        site=choosing.read(session, by=by).site_name(done.site_id),
    )
