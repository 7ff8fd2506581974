"""Losses: a lost, stolen or spoiled booklet dies at once, and its holder receives what was left, in one act."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.paper import print_files
from voucher_service.vouchers import covers, handover, lost_booklets, ready, replacement, states
from voucher_service.vouchers.printing import replacements
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.vouchers.states import State
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, site, takes
from voucher_service.web.prescriber import carrying, forms, labels
from voucher_service.web.prescriber.forms import Instead

pages = Pages("losses", "/perdu")

_OF_THE_NUMBER: dict[type[Refusal], str] = dict.fromkeys(
    (
        covers.NumberIsMistyped,
        covers.SeveralBookletsHaveThisNumber,
        BookletIsUnknown,
        ready.BookletIsInNobodysHands,
        ready.BookletIsUsedUp,
    ),
    "number",
)
_OF_THE_NEW_ONE: dict[type[Refusal], str] = dict.fromkeys(
    (
        *_OF_THE_NUMBER,
        ready.BookletIsHandedOver,
        ready.BookletIsOnItsWay,
        ready.BookletIsMissing,
        handover.BookletsAreNotActive,
        lost_booklets.NewBookletHoldsTooLittle,
    ),
    "new_number",
)


@pages.get("")
@allow(Role.PRESCRIBER)
@takes(forms.NumberAsked)
def ask(_session: Session, asked: dict[str, Any]) -> Page:
    """Ask which booklet is lost, and how."""
    return Page("prescriber/lost/which.html", number=asked["number"], reasons=labels.choices(labels.REASONS))


@pages.get("/suite")
@allow(Role.PRESCRIBER)
def restart(_session: Session) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("losses.ask")


@pages.post("/suite", back=ask)
@allow(Role.PRESCRIBER)
@takes(forms.LostForm, about=_OF_THE_NUMBER)
def instead(session: Session, said: dict[str, Any]) -> Page:
    """Say what is left of it and what will happen, and ask what the person receives instead."""
    return _instead(session, said)


def asked_again(session: Session) -> Page:
    """Ask again what the person receives instead."""
    return _instead(session, carrying.taken(forms.InsteadForm))


@pages.post("", back=asked_again)
@allow(Role.PRESCRIBER)
@takes(forms.InsteadForm, about=_OF_THE_NEW_ONE)
def replace(session: Session, said: dict[str, Any]) -> Go:
    """Kill the lost booklet and give its holder what was left, in one act."""
    at, by = clock.now(), actor()
    lost = ready.lost(session, typed=said["number"], by=by)
    facts: dict[str, Any] = {"series": lost.series, "reason": said["reason"], "at": at, "by": by}
    facts |= {"on": clock.civil_date(at)}
    if said["how"] is Instead.PRINTED:
        done = replacement.replace(session, **facts, booklets=[lost.number], keyring=site().keys)
        return Go("losses.replaced", replacement_id=done.id, number=lost.number)
    new = ready.check(session, typed=[said["new_number"]], by=by)
    lost_booklets.replace_from_stock(
        session, **facts, booklet=lost.number, new_booklet=new.numbers[0], site_id=new.site.id
    )
    return Go("losses.given", number=lost.number)


@pages.get("/<number>/remplace")
@allow(Role.PRESCRIBER)
def given(session: Session, number: str) -> Page:
    """Say which booklet the person leaves with, what stays at the desk, and what to print."""
    by = actor()
    lost = covers.find(session, typed=number, by=by)
    done = lost_booklets.of_booklet(session, campaign_id=lost.campaign_id, booklet=lost.number)
    if done is None:
        raise BookletIsUnknown((number,))
    return Page("prescriber/lost/given.html", done=done)


@pages.get("/<number>/nouveaux-pass/<uuid:replacement_id>")
@allow(Role.PRESCRIBER)
def replaced(session: Session, number: str, replacement_id: UUID) -> Page:
    """Say that the old papers are dead, and print the new ones, once."""
    lost = covers.find(session, typed=number, by=actor())
    return Page("prescriber/lost/replaced.html", booklet=lost, replacement_id=replacement_id)


@pages.post("/<number>/nouveaux-pass/<uuid:replacement_id>", back=replaced)
@allow(Role.PRESCRIBER)
def print_once(session: Session, number: str, replacement_id: UUID) -> File:
    """Print the new papers: a code is said once and kept nowhere."""
    taken = replacements.take_out(
        session, replacement_id=replacement_id, at=clock.now(), by=actor(), keyring=site().keys
    )
    content = print_files.of_replacement(session, taken=taken)
    return File(content, "application/pdf", f"remplacement-{number}.pdf")


def _instead(session: Session, said: dict[str, Any]) -> Page:
    lost = ready.lost(session, typed=said["number"] or "", by=actor())
    seen = states.of_booklet(session, campaign_id=lost.campaign_id, booklet=lost.number)
    left = [one for one in seen if one.state is State.ACTIVE]
    carrying.put(said | {"number": lost.number})
    return Page(
        "prescriber/lost/instead.html",
        booklet=lost,
        papers=len(left),
        cents=sum(one.face_cents for one in left),
        reason=labels.say(labels.REASONS, said["reason"]) if said["reason"] else "",
    )
