"""Rights: what is done to a person's account: opened, given a link, closed and opened again, freed of a code."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import locking, resets, telephones, users
from voucher_service.identity.changes import LockReason
from voucher_service.identity.naming import EmailIsMalformed, NameIsMalformed
from voucher_service.identity.resets import FOR_ENROLMENT, FOR_RESET
from voucher_service.identity.users import EmailIsTaken, User
from voucher_service.kernel import clock, mail
from voucher_service.kernel.actor import Role
from voucher_service.kernel.mail import AddressCannotBeWrittenTo
from voucher_service.web import people
from voucher_service.web.account.password import address_of
from voucher_service.web.forms import FormSchema, One, Tick, Typed
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("rights")


class Way(StrEnum):
    """How the link reaches the person."""

    MAIL = "mail"
    PAPER = "paper"


class Newcomer(FormSchema):
    """Whom to enrol."""

    name = Typed(needed="Indiquez le nom de la personne.")
    email = Typed(needed="Indiquez l'adresse électronique de la personne.", longest=254)
    role = One(Role, needed="Choisissez un rôle.")
    is_referent = Tick()
    way = One(Way, needed="Choisissez comment remettre le lien.")


class LinkForm(FormSchema):
    """How the link reaches the person."""

    way = One(Way, needed="Choisissez comment remettre le lien.")


class LockForm(FormSchema):
    """Why the account is closed."""

    reason = One(LockReason, needed="Choisissez une raison.")


@pages.post("/personnes/nouvelle/<uuid:organisation_id>", back=people.newcomer)
@allow()
@takes(
    Newcomer,
    about={
        NameIsMalformed: "name",
        EmailIsMalformed: "email",
        EmailIsTaken: "email",
        AddressCannotBeWrittenTo: "email",
    },
)
def enrol(session: Session, said: dict[str, Any], organisation_id: UUID) -> Go | Page:
    """Open an account, and hand its link over."""
    user = users.enrol(
        session,
        organisation_id=organisation_id,
        email=said["email"],
        name=said["name"],
        role=said["role"],
        is_referent=said["is_referent"],
        at=clock.now(),
        by=actor(),
    )
    return _hand_over(session, user, said["way"])


@pages.get("/personnes/<uuid:user_id>/lien")
@allow()
def link(session: Session, user_id: UUID) -> Page:
    """Ask how to hand over a link by which the person chooses a password."""
    return Page("people/send.html", user=users.kept(session, user_id=user_id, by=actor()))


@pages.post("/personnes/<uuid:user_id>/lien", back=link)
@allow()
@takes(LinkForm)
def send(session: Session, said: dict[str, Any], user_id: UUID) -> Go | Page:
    """Hand over a link by which the person chooses a password."""
    return _hand_over(session, users.kept(session, user_id=user_id, by=actor()), said["way"])


@pages.get("/personnes/<uuid:user_id>/bloquer")
@allow()
def locking_asked(session: Session, user_id: UUID) -> Page:
    """Say what closing the account does, and ask why."""
    user = users.kept(session, user_id=user_id, by=actor())
    return Page("people/lock.html", user=user, reasons=list(LockReason))


@pages.post("/personnes/<uuid:user_id>/bloquer", back=locking_asked)
@allow()
@takes(LockForm)
def lock(session: Session, said: dict[str, Any], user_id: UUID) -> Go:
    """Close the account at once."""
    locking.lock(session, account_id=user_id, reason=said["reason"], at=clock.now(), by=actor())
    return Go("people.person", said=_("Le compte est bloqué."), user_id=user_id)


@pages.post("/personnes/<uuid:user_id>/debloquer", back=people.person)
@allow()
def unlock(session: Session, user_id: UUID) -> Go:
    """Open the account again."""
    locking.unlock(session, account_id=user_id, at=clock.now(), by=actor())
    return Go("people.person", said=_("Le compte est débloqué."), user_id=user_id)


@pages.get("/personnes/<uuid:user_id>/retirer-le-code")
@allow()
def reset_asked(session: Session, user_id: UUID) -> Page:
    """Say what taking the code of the telephone away does."""
    return Page("people/reset.html", user=users.kept(session, user_id=user_id, by=actor()))


@pages.post("/personnes/<uuid:user_id>/retirer-le-code", back=reset_asked)
@allow()
def reset(session: Session, user_id: UUID) -> Go:
    """Take the code of the telephone away."""
    telephones.reset(session, user_id=user_id, at=clock.now(), by=actor())
    said = _("Le code par téléphone est retiré ; la personne est déconnectée.")
    return Go("people.person", said=said, user_id=user_id)


def _hand_over(session: Session, user: User, way: Way) -> Go | Page:
    at = clock.now()
    token = resets.start_reset(session, user_id=user.id, at=at, by=actor())
    hours = (FOR_RESET if user.password_hash else FOR_ENROLMENT).total_seconds() // 3600
    if way is Way.PAPER:
        return Page("people/link.html", user=user, address=address_of(token), hours=int(hours))
    text = _(
        "Bonjour %(name)s,\n\nVotre compte « Pass numérique » vous attend. Choisissez votre mot de passe à cette "
        "adresse :\n\n%(address)s\n\nCe lien sert une seule fois, pendant %(hours)s h.\n",
        name=user.name,
        address=address_of(token),
        hours=int(hours),
    )
    mail.post(session, to=user.email, subject=_("Votre compte « Pass numérique »"), text=text, at=at)
    said = _("Un message avec le lien part vers %(email)s.", email=user.email)
    return Go("people.person", said=said, user_id=user.id)
