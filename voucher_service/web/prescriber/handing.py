"""Handing a booklet over, in three screens: which booklet, a few questions, check; nothing is kept before the last.

What was typed goes from screen to screen in the forms, never in an address. Going back loses nothing.
"""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.network import commune_codes
from voucher_service.vouchers import answers, covers, custody, handover, prescription, ready
from voucher_service.vouchers.allowance import PersonHasEnoughBooklets
from voucher_service.vouchers.answers import Gender, Need
from voucher_service.vouchers.prescription_search import reference
from voucher_service.vouchers.ready import Ready
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying, forms, labels

pages = Pages("handing")

_OF_THE_NUMBER: dict[type[Refusal], str] = dict.fromkeys(
    (
        covers.NumberIsMistyped,
        covers.SeveralBookletsHaveThisNumber,
        BookletIsUnknown,
        custody.NoBookletIsNamed,
        custody.BookletsAreElsewhere,
        custody.BookletsAreEmpty,
        handover.BookletsAreNotActive,
        ready.BookletIsHandedOver,
        ready.BookletIsOnItsWay,
        ready.BookletIsMissing,
        ready.BookletIsUsedUp,
        ready.BookletsDoNotGoTogether,
        PersonHasEnoughBooklets,
    ),
    "number",
)
_OF_THE_PERSON: dict[type[Refusal], str] = {
    handover.DayOfHandoverIsOutOfBounds: "handed_on",
    commune_codes.CommuneIsUnknown: "commune",
    commune_codes.SeveralCommunesAreMeant: "commune",
}


@pages.get("/remettre", menu=Menu("Remettre un carnet", 20), scans=True)
@allow(Role.PRESCRIBER)
@takes(forms.HandingLink)
def scan(session: Session, asked: dict[str, Any]) -> Page:
    """Ask for the booklet's number."""
    carried = carrying.taken(forms.HandingForm)
    wanted: UUID | None = asked["prescription"] or carried["prescription"]
    carrying.put({"prescription": wanted})
    prescribed = prescription.own(session, prescription_id=wanted, by=actor()) if wanted else None
    return Page(
        "prescriber/handing/scan.html",
        numbers=(carried["numbers"] or "").split(),
        prescribed=prescribed,
        reference=reference(prescribed.id) if prescribed else "",
    )


@pages.get("/remettre/<step>")
@allow(Role.PRESCRIBER)
def restart(_session: Session, step: str) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    del step
    return Go("handing.scan", said=_("Rien n'a été enregistré : recommencez ici."))


@pages.post("/remettre/ajouter", back=scan, scans=True)
@allow(Role.PRESCRIBER)
@takes(forms.ChangedForm)
def change(session: Session, said: dict[str, Any]) -> Page:
    """Ask for one more booklet for the same person, or take one away."""
    removed = said.pop("remove")
    numbers = [number for number in (said["numbers"] or "").split() if number != removed]
    carrying.put(said | {"numbers": " ".join(numbers), "number": ""})
    return scan(session, {"prescription": said["prescription"]})


@pages.post("/remettre/questions", back=scan, scans=True)
@allow(Role.PRESCRIBER)
@takes(forms.HandingForm, about=_OF_THE_NUMBER)
def questions(session: Session, said: dict[str, Any]) -> Page:
    """Look at the booklets, and ask about the person."""
    return _questions(session, said)


@pages.post("/remettre/questions/reprendre", back=scan, scans=True)
@allow(Role.PRESCRIBER)
@takes(forms.HandingForm, about=_OF_THE_NUMBER)
def repeat(session: Session, said: dict[str, Any]) -> Page:
    """Put the answers of one's last handover into the questions."""
    last = answers.last_by(session, actor())
    names = forms.AnswersForm().fields if last is not None else ()
    return _questions(session, said | {name: getattr(last, name) for name in names})


def asked_again(session: Session) -> Page:
    """Ask about the person again, with what was answered."""
    return _questions(session, carrying.taken(forms.HandingForm))


@pages.post("/remettre/verifier", back=asked_again)
@allow(Role.PRESCRIBER)
@takes(forms.HandingForm, about=_OF_THE_PERSON)
def verify(session: Session, said: dict[str, Any]) -> Page:
    """Show all that will be recorded, each part with a way to change it."""
    found = _ready(session, said)
    today = clock.civil_date(clock.now())
    handed_on = said["handed_on"] or today
    handover.refuse_day_out_of_bounds(found.campaign, handed_on, today)
    said["commune"] = said["commune"] and commune_codes.get(session, said=said["commune"])
    carrying.put(said | {"numbers": " ".join(found.numbers), "number": ""})
    return Page(
        "prescriber/handing/check.html",
        ready=found,
        handed_on=handed_on,
        noted=[
            (_("Âge"), labels.say(labels.AGES, said["age_band"])),
            (_("Besoin"), labels.say(labels.NEEDS, said["need"])),
            (_("Situation"), labels.say(labels.SITUATIONS, said["situation"])),
            *_precisions(session, said),
        ],
        carried=list(forms.HandingForm().fields),
    )


@pages.post("/remettre", back=scan, scans=True)
@allow(Role.PRESCRIBER)
@takes(forms.HandingForm, about=_OF_THE_NUMBER)
def hand_over(session: Session, said: dict[str, Any]) -> Go:
    """Hand the booklets over."""
    at, by = clock.now(), actor()
    found = _ready(session, said)
    today = clock.civil_date(at)
    handed = handover.hand_over(
        session,
        series=found.campaign.series,
        booklets=found.numbers,
        site_id=found.site.id,
        handed_on=said["handed_on"] or today,
        today=today,
        at=at,
        by=by,
        answers=forms.answers(
            said | {"commune": said["commune"] and commune_codes.get(session, said=said["commune"])}
        ),
        person_id=said["person"],
        prescription_id=said["prescription"],
    )
    return Go("handovers.done", handover_id=handed.id)


def _questions(session: Session, said: dict[str, Any]) -> Page:
    found = _ready(session, said)
    by = actor()
    if said["prescription"] and said["need"] is Need.UNKNOWN:
        said["need"] = prescription.own(session, prescription_id=said["prescription"], by=by).need
    carrying.put(said | {"numbers": " ".join(found.numbers), "number": ""})
    return Page(
        "prescriber/handing/questions.html",
        ready=found,
        ages=labels.choices(labels.AGES),
        needs=labels.choices(labels.NEEDS),
        situations=labels.choices(labels.SITUATIONS),
        genders=labels.choices(labels.GENDERS),
        communes=_several(session, said["commune"]),
        can_repeat=answers.last_by(session, by) is not None,
    )


def _several(session: Session, said: str | None) -> list[tuple[str, str]]:
    """Return the communes to choose from, where what was typed means several of them."""
    found = commune_codes.find(session, said=said) if said else []
    return [(one.insee, one.title) for one in found] if len(found) > 1 else []


def _named(session: Session, insee: str | None) -> str:
    """Name a commune, as far as it is known, with its code."""
    found = commune_codes.find(session, said=insee) if insee else []
    return f"{found[0].name} ({insee})" if len(found) == 1 else insee or ""


def _precisions(session: Session, said: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was noted beyond the three questions."""
    diagnosis = " : ".join(word for word in (said["diagnosis_tool"], said["diagnosis_result"]) if word)
    noted = [
        (_("C'est"), "" if said["gender"] is Gender.UNKNOWN else labels.say(labels.GENDERS, said["gender"])),
        (_("Sa commune"), _named(session, said["commune"])),
        (_("Diagnostic"), diagnosis),
        (_("Public prioritaire"), _("Oui") if said["priority_public"] else ""),
    ]
    return [(name, words) for name, words in noted if words]


def _ready(session: Session, said: dict[str, Any]) -> Ready:
    typed = [*(said["numbers"] or "").split(), *([said["number"]] if said["number"] else [])]
    return ready.check(
        session,
        typed=typed,
        by=actor(),
        person_id=said["person"],
        prescription_id=said["prescription"],
    )
