"""Late entry: the papers that were taken while the service could not be reached, typed afterwards."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.money import Cents
from voucher_service.network.mediators import Standing
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import visit
from voucher_service.vouchers.basket import LARGEST
from voucher_service.vouchers.objections import DayOfServiceIsOutOfBounds
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.web.filled import Form
from voucher_service.web.labels import choices
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import counter, forms, laying
from voucher_service.web.venue.laying import Laid
from voucher_service.web.words import euros

pages = Pages("venue_late", "/guichet")

_ABOUT = counter.ABOUT | {DayOfServiceIsOutOfBounds: "served_on"}


@pages.get("/saisie-tardive", menu=Menu("Saisie tardive", 30), scans=True)
@allow(Role.VENUE)
def late(session: Session) -> Page:
    """Offer to type what was taken earlier."""
    return Page("venue/late.html", **laying.chosen(session), services=choices(Service))


@pages.post("/saisie-tardive/verifier", back=late, scans=True)
@allow(Role.VENUE)
@takes(forms.LateForm, about=_ABOUT)
def sort(session: Session, said: dict[str, Any]) -> Page:
    """Sort the pile before anything is taken."""
    delivered = laying.delivery(session, said)
    piles = [_laid(session, pile, said["venue_id"], said["served_on"]) for pile in said["codes"]]
    good = [[one for one in pile if one.is_good] for pile in piles]
    return Page(
        "venue/late_check.html",
        **laying.chosen(session),
        pile_of=said,
        minutes=delivered.minutes,
        who=said["who"].value if isinstance(said["who"], Standing) else str(said["who"]),
        piles=piles,
        codes="\n\n".join("\n".join(one.code for one in pile) for pile in good if pile),
        typed="\n\n".join("\n".join(one.code for one in pile) for pile in piles),
        vouchers=sum(len(pile) for pile in good),
        total_cents=sum(one.looked.face_cents or 0 for pile in good for one in pile),
        refused=sum(not one.is_good for pile in piles for one in pile),
    )


@pages.post("/saisie-tardive/corriger", back=late, scans=True)
@allow(Role.VENUE)
def correct(session: Session) -> Page:
    """Show the pile again as it was typed."""
    g.form = Form(request.form, was_sent=True)
    return late(session)


@pages.post("/saisie-tardive/valider", back=late, scans=True)
@allow(Role.VENUE)
@takes(forms.LateForm, about=_ABOUT)
def take(session: Session, said: dict[str, Any]) -> Go:
    """Take the good papers of the pile: all of them, or none where something changed meanwhile."""
    at, taken = clock.now(), 0
    delivered = laying.delivery(session, said)
    for pile in said["codes"]:
        for codes in _in_baskets(laying.apart(pile)):
            outcomes = visit.redeem(
                session,
                codes=laying.fingerprints(codes),
                on=Occasion(said["venue_id"], said["served_on"], clock.civil_date(at), said["service"]),
                delivered=delivered,
                counter=Counter(at, actor(), said["venue_id"]),
            )
            taken += sum(outcome.total_cents for outcome in outcomes)
    return Go("venue_takings.takings_list", said=_("%(amount)s encaissés.", amount=euros(Cents(taken))))


def _laid(session: Session, pile: Sequence[str], venue_id: UUID, served_on: date) -> list[Laid]:
    return laying.look(session, laying.apart(pile), venue_id=venue_id, served_on=served_on)


def _in_baskets(codes: Sequence[str]) -> list[Sequence[str]]:
    return [codes[start : start + LARGEST] for start in range(0, len(codes), LARGEST)]
