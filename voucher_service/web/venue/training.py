"""Training: the counter with codes that can never be paid; nothing is read, nothing is written."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import code, rehearsal, training
from voucher_service.web.labels import choices
from voucher_service.web.pages import Page, Pages, allow, takes, typed
from voucher_service.web.venue import forms, laying
from voucher_service.web.venue.laying import Laid

pages = Pages("venue_training", "/guichet")


@pages.get("/entrainement")
@allow(Role.VENUE)
def exercise(session: Session) -> Page:
    """Open the counter for an exercise."""
    return _screen(session, codes=typed().values("codes"))


@pages.post("/entrainement/verifier", back=exercise)
@allow(Role.VENUE)
@takes(forms.CounterForm)
def verify(session: Session, said: dict[str, Any]) -> Page:
    """Say what a training code answers."""
    codes = [one for place, one in enumerate(said["codes"]) if place != said["remove"]]
    return _screen(session, codes=codes, shown=said["code"], kept=said)


@pages.post("/entrainement/valider", back=exercise)
@allow(Role.VENUE)
@takes(forms.ExerciseForm)
def take(session: Session, said: dict[str, Any]) -> Page:
    """Say what taking these would have answered."""
    if said["code"] not in ("", said["refused"]):
        return verify(session, said)
    laid = _laid(laying.apart(said["codes"]))
    taken = sum(one.looked.face_cents or 0 for one in laid if one.is_good)
    return _screen(session, codes=[], kept=said, taken_cents=taken)


def _laid(codes: list[str]) -> list[Laid]:
    today = clock.civil_date(clock.now())
    return [
        Laid(one, looked) for one, looked in zip(codes, rehearsal.look_up(codes, today=today), strict=True)
    ]


def _screen(
    session: Session,
    *,
    codes: list[str],
    shown: str = "",
    kept: dict[str, Any] | None = None,
    taken_cents: int = 0,
) -> Page:
    known = list(dict.fromkeys([*codes, shown] if shown else codes))
    laid = _laid(known)
    turned = next((one for one in laid if one.code == shown and not one.is_good), None)
    good = [one for one in laid if one.is_good]
    said, today = kept or {}, clock.civil_date(clock.now())
    return Page(
        "venue/training.html",
        **laying.chosen(session),
        services=choices(Service),
        kept={name: said.get(name) or "" for name in ("service", "minutes")},
        laid=good,
        turned=turned,
        code=shown if turned else "",
        taken_cents=taken_cents,
        total_cents=sum(one.looked.face_cents or 0 for one in good),
        exercises=rehearsal.exercises(today),
        mistyped=code.grouped(training.MISTYPED),
    )
