"""Decisions: every accreditation, suspension and withdrawal, by whom and why."""

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Role
from voucher_service.network import decision_list
from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.decision_list import Order, Wish
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.forms import One, Tick, Typed
from voucher_service.web.labels import choices, label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read, SearchForm
from voucher_service.web.network import wording
from voucher_service.web.pages import File, Page, Pages, allow, takes

pages = Pages("decisions", "/reseau/decisions", under="venues")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_ORDERS: Mapping[Enum, str] = {
    Order.NEWEST: later("Récentes d'abord"),
    Order.OLDEST: later("Anciennes d'abord"),
    Order.VENUE: later("Par lieu"),
}
_COLUMNS = (
    Column(later("Lieu"), lambda one: one.venue),
    Column(later("Code postal"), lambda one: one.postcode),
    Column(later("Commune"), lambda one: one.commune),
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Décision"), lambda one: label(one.fact.decision)),
    Column(later("Raison"), lambda one: label(one.fact.reason)),
    Column(later("À partir du"), lambda one: one.fact.effective_on, Kind.DATE),
    Column(later("Décidé le"), lambda one: one.fact.decided_at, Kind.INSTANT),
    Column(later("Par"), lambda one: one.by or _("Le service")),
)


class DecisionsAsked(SearchForm):
    """Which decisions are listed."""

    campagne = Typed(longest=20)
    decision = One(Decision)
    raison = One(Reason)
    derniere = Tick()
    tri = One(Order, default=Order.NEWEST)


@pages.get("")
@allow(*_READERS)
@takes(DecisionsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List what was decided of venues."""
    return Page(
        "network/decisions.html",
        sheet=listing.sheet(asked, _read(session, asked), at="decisions.listed", csv="decisions.export"),
        campaigns=[(one.series, one.series) for one in campaigns.search(session)],
        decisions=choices(Decision),
        reasons=choices(Reason),
        orders=listing.choices(_ORDERS),
        tones=wording.TONES,
    )


@pages.get("/liste.csv", streams=True)
@allow(*_READERS)
@takes(DecisionsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("accreditations"), _COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    wish = Wish(
        words=asked["recherche"],
        series=asked["campagne"],
        decision=asked["decision"],
        reason=asked["raison"],
        is_latest=asked["derniere"],
    )
    return partial(decision_list.search, session, wish=wish, order=asked["tri"])
