"""Counter: papers are shown one after the other, looked at, then taken together for one service."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.money import as_decimal
from voucher_service.network.mediators import MediatorIsUnknown, Standing
from voucher_service.vouchers import basket, takings, visit
from voucher_service.vouchers.delivery import (
    DerogationIsMissing,
    ServiceMustBeFree,
    StandingDiffers,
    StateFundedWorkIsNotPaidFor,
)
from voucher_service.vouchers.objections import ServiceIsNotPaidFor
from voucher_service.vouchers.presentation import Occasion, VenueIsNotYours
from voucher_service.vouchers.refused_codes import Counter, TooManyUnknownCodes
from voucher_service.vouchers.takings import Taking
from voucher_service.web.labels import choices
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow, takes, typed
from voucher_service.web.venue import forms, laying
from voucher_service.web.venue.laying import Laid

_KEPT = ("venue_id", "service", "minutes", "other_minutes")
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

pages = Pages("venue_counter", "/guichet")

ABOUT = {
    VenueIsNotYours: "venue_id",
    ServiceIsNotPaidFor: "service",
    StandingDiffers: "who",
    MediatorIsUnknown: "who",
    StateFundedWorkIsNotPaidFor: "who",
    DerogationIsMissing: "who",
    ServiceMustBeFree: "out_of_pocket_cents",
}
"""Which field of the counter a refusal speaks of."""


@pages.get("/encaisser", menu=Menu("Encaisser", 20), scans=True)
@allow(Role.VENUE)
@takes(forms.Kept)
def counter(session: Session, asked: dict[str, Any]) -> Page:
    """Open the counter, with what was just taken at it."""
    taken = takings.of_baskets(
        session, operator_id=actor().organisation_id, basket_ids=_baskets(asked["basket"])
    )
    return _screen(session, kept=asked, taken=taken)


def again(session: Session) -> Page:
    """Show the counter as it was when it could not go on."""
    form = typed()
    codes = laying.apart(form.values("codes"))
    venue = next((one for one in laying.own_venues(session) if str(one.id) == form.value("venue_id")), None)
    # While guesses are slowed down nothing is looked up, not even what lies there.
    is_waiting = isinstance(g.get("refusal"), TooManyUnknownCodes)
    laid = laying.look(session, codes, venue_id=venue.id) if venue and codes and not is_waiting else []
    return _screen(session, kept={}, laid=laid, unseen=() if laid else codes, code=form.value("code"))


@pages.post("/encaisser/verifier", back=again, scans=True)
@allow(Role.VENUE)
@takes(forms.CounterForm, about={VenueIsNotYours: "venue_id"})
def verify(session: Session, said: dict[str, Any]) -> Page:
    """Say what the paper that is shown is worth, and lay it with the others."""
    places = said["venue_id"] or next((venue.id for venue in laying.own_venues(session)), None)
    codes = [code for place, code in enumerate(said["codes"]) if place != said["remove"]]
    if places is None:
        return _screen(session, kept=said)
    shown = said["code"]
    known = laying.apart([*codes, shown]) if shown else laying.apart(codes)
    if known:
        basket.refuse_out_of_bounds(laying.fingerprints(known))
    laid = laying.look(session, known, venue_id=places)
    is_twice = bool(shown) and len(known) == len(codes)
    turned = [one for one in laid if not one.is_good]
    return _screen(
        session,
        kept=said,
        laid=[one for one in laid if one.is_good or one.code != shown],
        turned=next((one for one in turned if one.code == shown), None),
        code=shown if any(one.code == shown for one in turned) else "",
        is_twice=is_twice,
    )


@pages.post("/encaisser/valider", back=again, scans=True)
@allow(Role.VENUE)
@takes(forms.TakeForm, about=ABOUT)
def take(session: Session, said: dict[str, Any]) -> Go | Page:
    """Take what lies on the counter; a paper that was only just shown is looked at first."""
    if said["code"] not in ("", said["refused"]):
        return verify(session, said)
    at = clock.now()
    today = clock.civil_date(at)
    delivered = laying.delivery(session, said)
    outcomes = visit.redeem(
        session,
        codes=laying.fingerprints(said["codes"]),
        on=Occasion(said["venue_id"], today, today, said["service"]),
        delivered=delivered,
        counter=Counter(at, actor(), said["venue_id"]),
    )
    return Go(
        "venue_counter.counter",
        basket=[outcome.basket_id for outcome in outcomes],
        venue_id=said["venue_id"],
        service=said["service"].value,
        minutes=delivered.minutes,
        who=said["who"].value if isinstance(said["who"], Standing) else said["who"],
    )


def _baskets(names: Sequence[str]) -> list[UUID]:
    return [UUID(name) for name in names if _IDENTIFIER.fullmatch(name)]


def _screen(
    session: Session,
    *,
    kept: Mapping[str, Any],
    laid: Sequence[Laid] = (),
    turned: Laid | None = None,
    unseen: Sequence[str] = (),
    taken: Sequence[Taking] = (),
    code: str = "",
    is_twice: bool = False,
) -> Page:
    who, besides = kept.get("who") or Standing.EMPLOYEE, kept.get("out_of_pocket_cents")
    return Page(
        "venue/counter.html",
        **laying.chosen(session),
        services=choices(laying.services_of(laid)),
        who=who.value if isinstance(who, Standing) else str(who),
        kept={name: kept.get(name) or "" for name in _KEPT},
        out_of_pocket=as_decimal(besides) if besides else "",
        laid=laid,
        turned=turned,
        unseen=unseen,
        taken=taken,
        code=code,
        is_twice=is_twice,
        total_cents=sum(one.looked.face_cents or 0 for one in laid if one.is_good),
        taken_cents=sum(one.face_cents for one in taken if one.reversed_on is None),
    )
