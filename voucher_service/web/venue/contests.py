"""Contests: the refusals that venues ask to look at again, for the venue and for those who will decide."""

from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Role
from voucher_service.reports.table import Kind
from voucher_service.vouchers import contest_list
from voucher_service.vouchers.contest_list import Standing
from voucher_service.vouchers.contesting import ContestedRefusal, Ground
from voucher_service.web import listing
from voucher_service.web.labels import choices, label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import forms, reasons

pages = Pages("venue_contests")

TONES = {
    Standing.WAITING: "wait",
    Standing.PROPOSED: "warn",
    Standing.PAID: "good",
    Standing.REFUSED: "bad",
}
_DECIDERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)


def number_for_the_venue(contested: ContestedRefusal) -> str:
    """Return what a venue may know of the paper: its campaign alone where the paper was not the venue's to take."""
    is_another_s = contested.reason == "voucher-is-not-yours-to-take"
    return contested.series if is_another_s else contested.serial


_SHARED = (
    Column(later("Lieu"), lambda one: one.contested.venue),
    Column(later("Jour du service"), lambda one: one.contested.served_on, Kind.DATE),
    Column(later("Refusé parce que"), lambda one: reasons.title(one.contested.reason)),
    Column(later("Le lieu dit"), lambda one: label(one.contested.ground)),
    Column(later("Contesté le"), lambda one: one.contested.at, Kind.INSTANT),
    Column(later("État"), lambda one: label(one.standing)),
    Column(later("Répondu le"), lambda one: one.told and one.told.at, Kind.INSTANT),
    Column(later("Parce que"), lambda one: one.told and label(one.told.because)),
    Column(later("Explication"), lambda one: one.told and one.told.explanation),
    Column(later("Payé par exception"), lambda one: one.told and one.told.face_cents, Kind.CENTS),
)
_COLUMNS = (Column(later("Pass"), lambda one: one.contested.serial), *_SHARED)
_OWN_COLUMNS = (Column(later("Pass"), lambda one: number_for_the_venue(one.contested)), *_SHARED)


@pages.get("/refus-contestes", menu=Menu("Refus contestés", 85, Heading.NETWORK))
@allow(*_DECIDERS)
@takes(forms.ContestsForm)
def contests(session: Session, asked: dict[str, Any]) -> Page:
    """List the refusals that venues contest, and how far each is."""
    read = _read(session, asked, words=asked["recherche"], series=asked["series"] or None)
    return Page(
        "venue/contests.html",
        sheet=listing.sheet(asked, read, at="venue_contests.contests", csv="venue_contests.export"),
        campaigns=[(one.series, one.series) for one in campaigns.search(session)],
        **_offered(knows_proposals=True),
    )


@pages.get("/refus-contestes.csv", streams=True)
@allow(*_DECIDERS)
@takes(forms.ContestsForm)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    read = _read(session, asked, words=asked["recherche"], series=asked["series"] or None)
    return listing.file(_("refus-contestes"), _COLUMNS, listing.whole(read))


@pages.get("/guichet/contestations")
@allow(Role.VENUE)
@takes(forms.OwnContestsForm)
def own(session: Session, asked: dict[str, Any]) -> Page:
    """List the refusals that the venue contests."""
    return Page(
        "venue/own_contests.html",
        sheet=listing.sheet(
            asked, _read(session, asked), at="venue_contests.own", csv="venue_contests.export_own"
        ),
        number=number_for_the_venue,
        **_offered(knows_proposals=False),
    )


@pages.get("/guichet/contestations/<uuid:contest_id>")
@allow(Role.VENUE)
def answer(session: Session, contest_id: UUID) -> Page:
    """Show the venue a refusal that it contests, and what it is told."""
    shown = contest_list.get(session, contest_id=contest_id, by=actor())
    return Page(
        "venue/contest_answer.html",
        shown=shown,
        number=number_for_the_venue(shown.contested),
        reason=reasons.title,
        label=label,
        tone=TONES[shown.standing],
    )


@pages.get("/guichet/contestations.csv", streams=True)
@allow(Role.VENUE)
@takes(forms.OwnContestsForm)
def export_own(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("refus-contestes"), _OWN_COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any], **wish: Any) -> Read:
    chosen = {"ground": asked["motif"], "standing": asked["etat"], "order": asked["tri"]}
    return partial(contest_list.search, session, by=actor(), **chosen, **wish)


def _offered(*, knows_proposals: bool) -> dict[str, Any]:
    return {
        "ground": label,
        "reason": reasons.title,
        "grounds": choices(Ground),
        "label": label,
        "tones": TONES,
        "standings": choices(one for one in Standing if knows_proposals or one is not Standing.PROPOSED),
        "orders": listing.choices(listing.ORDERS),
    }
