"""Entry: a person signs in with a password, then a code where the account asks for one; and signs out."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import factors, login, sessions, users
from voucher_service.identity.access import AccountIsLocked
from voucher_service.identity.factors import FactorIsWrong
from voucher_service.identity.login import SignInFailed
from voucher_service.kernel import clock
from voucher_service.web.account import demonstration, openings, returning
from voucher_service.web.account.returning import Wanted
from voucher_service.web.forms import FormSchema, Secret, Typed
from voucher_service.web.pages import Go, Page, Pages, actor, allow, public, signed, site, takes

pages = Pages("account")

_FEW_CODES = 3


class Proof(FormSchema):
    """The address and the password of an account, and where to go then."""

    email = Typed(needed="Indiquez votre adresse électronique.", longest=254)
    password = Secret(needed="Indiquez votre mot de passe.")
    retour = Typed(longest=1_000, default="")


class Code(FormSchema):
    """Six digits of the telephone, or a recovery code, and where to go then."""

    code = Typed(needed="Indiquez le code.", longest=20)
    retour = Typed(longest=1_000, default="")


@pages.get("/connexion")
@public
@takes(Wanted)
def entry(_session: Session, asked: dict[str, Any]) -> Page | Go:
    """Ask for the address and the password."""
    if signed() is not None:
        return Go(path=returning.place(asked["retour"]))
    return Page("account/sign-in.html", asked=asked, groups=demonstration.groups(site().settings))


@pages.post("/connexion", back=entry)
@public
@takes(Proof, about={SignInFailed: "password", AccountIsLocked: "email"})
def sign_in(session: Session, said: dict[str, Any]) -> Go:
    """Sign a browser in."""
    at, address = clock.now(), request.remote_addr or ""
    user = login.sign_in(session, email=said["email"], password=said["password"], address=address, at=at)
    return Go(path=returning.place(said["retour"]), opens=openings.begin(session, user, at=at))


@pages.get("/connexion/code")
@allow(unproved=True)
@takes(Wanted)
def code(session: Session, asked: dict[str, Any]) -> Page | Go:
    """Ask for the code of the telephone."""
    reader = signed()
    if reader is None or not reader.needs_factor:
        return Go(path=returning.place(asked["retour"]))
    standing = factors.standing(session, user_id=actor().user_id)
    if standing.confirmed_at is None:
        return Go("factor.setup")
    shown = demonstration.code(site().settings, actor().user_id, standing, at=clock.now())
    return Page("account/code.html", asked=asked, shown=shown)


@pages.post("/connexion/code", back=code)
@allow(unproved=True)
@takes(Code, about={FactorIsWrong: "code"})
def prove(session: Session, said: dict[str, Any]) -> Go:
    """Accept the code, and open the other pages, in a session of another secret."""
    at, by, before = clock.now(), actor(), signed()
    factors.verify(session, user_id=by.user_id, code=said["code"], keyring=site().keys, at=at)
    if before is not None:
        sessions.end(session, session_id=before.session_id, at=at, by=by)
    user = users.get(session, user_id=by.user_id, by=by)
    secret = openings.begin(session, user, is_proved=True, at=at)
    left = factors.standing(session, user_id=by.user_id).codes_left
    few = _("Il vous reste %(left)s codes de secours : pensez à en imprimer d'autres.", left=left)
    return Go(path=returning.place(said["retour"]), said=few if left <= _FEW_CODES else "", opens=secret)


@pages.post("/deconnexion")
@allow(unproved=True)
def sign_out(session: Session) -> Go:
    """Sign this browser out."""
    reader = signed()
    if reader is not None:
        sessions.end(session, session_id=reader.session_id, at=clock.now(), by=reader.actor)
    return Go("account.entry", said=_("Vous êtes déconnecté."), closes=True)
