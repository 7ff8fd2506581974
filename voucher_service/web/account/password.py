"""Password: chosen by a link that is used once, changed by who knows it, asked for again by who forgot it."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from voucher_service.identity import resets
from voucher_service.identity.login import SignInFailed
from voucher_service.identity.passwords import PasswordIsTooCommon, PasswordIsTooLong, PasswordIsTooShort
from voucher_service.identity.users import User
from voucher_service.kernel import clock, mail
from voucher_service.web.account import openings
from voucher_service.web.forms import FormSchema, Secret, Typed
from voucher_service.web.pages import Go, Page, Pages, actor, allow, public, signed, site, takes

pages = Pages("password")

_ABOUT_THE_NEW = dict.fromkeys((PasswordIsTooShort, PasswordIsTooLong, PasswordIsTooCommon), "password")


class Chosen(FormSchema):
    """A new password, typed twice since nobody sees it."""

    password = Secret(needed="Choisissez un mot de passe.")
    again = Secret(needed="Tapez-le une seconde fois.")

    @validates_schema
    def _agree(self, said: dict[str, Any], **_named: Any) -> None:
        if said["password"] != said["again"]:
            raise ValidationError("Les deux mots de passe ne sont pas les mêmes : retapez-les.", "again")


class Changed(Chosen):
    """The password of now, and the new one."""

    class Meta(FormSchema.Meta):
        """The one of now comes first on the page."""

        fields = ("current", "password", "again")

    current = Secret(needed="Indiquez votre mot de passe actuel.")


class Forgotten(FormSchema):
    """The address of the account."""

    email = Typed(needed="Indiquez votre adresse électronique.", longest=254)


@pages.get("/lien/<token>")
@public
def by_link(session: Session, token: str) -> Page:
    """Ask who opened a link for a password."""
    user = resets.look(session, token=token, at=clock.now())
    return Page("account/choose.html", user=user)


@pages.post("/lien/<token>", back=by_link)
@public
@takes(Chosen, about=_ABOUT_THE_NEW)
def choose(session: Session, said: dict[str, Any], token: str) -> Go:
    """Keep the password that was chosen by a link."""
    resets.finish_reset(session, token=token, password=said["password"], at=clock.now())
    return Go("account.entry", said=_("Votre mot de passe est enregistré. Connectez-vous."), closes=True)


@pages.get("/mon-compte/mot-de-passe")
@allow()
def change(_session: Session) -> Page:
    """Ask for the password of now and a new one."""
    return Page("account/password.html")


@pages.post("/mon-compte/mot-de-passe", back=change)
@allow()
@takes(Changed, about=_ABOUT_THE_NEW | {SignInFailed: "current"})
def renew(session: Session, said: dict[str, Any]) -> Go:
    """Change the password, and sign every other browser out."""
    at, address, by, reader = clock.now(), request.remote_addr or "", actor(), signed()
    current, password = said["current"], said["password"]
    user = resets.renew(session, current=current, password=password, address=address, at=at, by=by)
    is_proved = reader is not None and reader.proved_at is not None
    secret = openings.begin(session, user, is_proved=is_proved, at=at)
    return Go(
        "own.account",
        said=_("Votre mot de passe est changé ; vos autres sessions sont fermées."),
        opens=secret,
    )


@pages.get("/mot-de-passe-oublie")
@public
def forgotten(_session: Session) -> Page:
    """Ask for the address of who forgot the password."""
    return Page("account/forgotten.html")


@pages.post("/mot-de-passe-oublie", back=forgotten)
@public
@takes(Forgotten)
def ask(session: Session, said: dict[str, Any]) -> Go:
    """Send a link where there is an account; say the same where there is none."""
    at = clock.now()
    asked = resets.ask(session, email=said["email"], at=at)
    if asked is not None:
        _write(session, *asked)
    words = _(
        "Si un compte existe à cette adresse, un message vient de partir. Son lien sert pendant 1 heure."
    )
    return Go("account.entry", said=words)


def address_of(token: str) -> str:
    """Return the address that a person opens to choose a password."""
    return site().settings.public_url + url_for("password.by_link", token=token)


def _write(session: Session, user: User, token: str) -> None:
    text = _(
        "Bonjour,\n\nPour choisir un nouveau mot de passe, ouvrez cette adresse dans l'heure :\n\n%(address)s\n\n"
        "Si vous n'avez rien demandé, ne faites rien : votre mot de passe reste le même.\n",
        address=address_of(token),
    )
    mail.post(session, to=user.email, subject=_("Choisir un nouveau mot de passe"), text=text, at=clock.now())
