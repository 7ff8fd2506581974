"""Own: what a person sees and decides about the own account: sessions, language."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.identity import factors, sessions, users
from voucher_service.kernel import clock
from voucher_service.web.forms import FormSchema, One
from voucher_service.web.pages import Go, Page, Pages, actor, allow, signed, takes

pages = Pages("own")


class Language(StrEnum):
    """A language of the pages."""

    FRENCH = "fr"
    ENGLISH = "en"


class LanguageForm(FormSchema):
    """In which language the pages are read."""

    language = One(Language, needed="Choisissez une langue.")


@pages.get("/mon-compte")
@allow()
def account(session: Session) -> Page:
    """Show the own account."""
    by = actor()
    return Page(
        "account/own.html",
        user=users.get(session, user_id=by.user_id, by=by),
        standing=factors.standing(session, user_id=by.user_id),
        open_sessions=len(sessions.of(session, at=clock.now(), by=by)),
    )


@pages.post("/mon-compte/langue", back=account)
@allow()
@takes(LanguageForm)
def speak(session: Session, said: dict[str, Any]) -> Go:
    """Read the pages in this language from now on."""
    reader, language = signed(), said["language"].value
    if reader is not None:
        sessions.speak(session, session_id=reader.session_id, language=language)
    return Go(path=url_for("own.account", langue=language))


@pages.get("/mon-compte/sessions")
@allow()
def own_sessions(session: Session) -> Page:
    """Show on which browsers the reader is signed in."""
    return Page("account/sessions.html", sessions=sessions.of(session, at=clock.now(), by=actor()))


@pages.post("/mon-compte/sessions/<uuid:session_id>/fermer")
@allow()
def end(session: Session, session_id: UUID) -> Go:
    """Sign one browser out."""
    sessions.end(session, session_id=session_id, at=clock.now(), by=actor())
    return Go("own.own_sessions", said=_("La session est fermée."))


@pages.get("/mon-compte/sessions/fermer-les-autres")
@allow()
def ending_others(session: Session) -> Page:
    """Say which browsers would be signed out, before they are."""
    return Page("account/end_others.html", sessions=sessions.of(session, at=clock.now(), by=actor()))


@pages.post("/mon-compte/sessions/fermer-les-autres", back=ending_others)
@allow()
def end_others(session: Session) -> Go:
    """Sign every other browser out."""
    reader = signed()
    ended = 0
    if reader is not None:
        ended = sessions.end_others(session, session_id=reader.session_id, at=clock.now(), by=reader.actor)
    said = ngettext("%(num)s session fermée.", "%(num)s sessions fermées.", ended)
    return Go("own.own_sessions", said=said)
