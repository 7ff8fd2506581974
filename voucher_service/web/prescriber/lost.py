"""Lost: the booklets that were said lost, and what their holders received, for prescribers and for whoever runs it."""

from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Role
from voucher_service.reports.table import Kind
from voucher_service.vouchers import lost_search
from voucher_service.vouchers.lost_search import Wish
from voucher_service.web import listing
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import choosing, forms, labels

pages = Pages("lost", "/carnets-perdus")

_READERS = (Role.PRESCRIBER, Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_COLUMNS = (
    Column(later("Carnet perdu"), lambda one: one.booklet),
    Column(later("Le"), lambda one: one.lost_on, Kind.DATE),
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Ce qui est arrivé"), lambda one: labels.say(labels.REASONS, one.reason)),
    Column(later("Pass rendus"), lambda one: one.papers, Kind.INTEGER),
    Column(later("Nouveau carnet"), lambda one: one.new_booklet or _("Pass imprimés de nouveau")),
    Column(later("Site"), lambda one: one.site),
    Column(later("Par"), lambda one: one.by_name),
)


@pages.get("", menu=Menu("Carnets perdus", 87, Heading.NETWORK))
@allow(*_READERS)
@takes(forms.LostAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the booklets that were replaced because they were lost, stolen or spoiled."""
    return Page(
        "prescriber/lost/list.html",
        sheet=listing.sheet(asked, _read(session, asked), at="lost.listed", csv="lost.export"),
        reasons=labels.choices(labels.REASONS),
        reason=lambda one: labels.say(labels.REASONS, one.reason),
        series=choosing.read(session, by=actor()).series,
        orders=listing.choices(listing.ORDERS),
    )


@pages.get("/liste.csv", streams=True)
@allow(*_READERS)
@takes(forms.LostAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("carnets-perdus"), _COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    wish = Wish(
        part=asked["recherche"],
        series=asked["series"] or None,
        reason=asked["raison"],
        from_on=asked["from_on"],
        until_on=asked["until_on"],
    )
    return partial(lost_search.search, session, wish=wish, by=actor(), order=asked["tri"])
