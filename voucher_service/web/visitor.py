"""Visitor: whoever asks for a page, known by the session of his browser."""

from flask import g
from sqlalchemy.orm import Session

from voucher_service.identity import sessions
from voucher_service.identity.sessions import SessionIsOver, Signed
from voucher_service.kernel import clock
from voucher_service.web import language, sealing
from voucher_service.web.context import site


def recognise(session: Session) -> Signed | None:
    """Find out who asks: None for a stranger, and for someone whose session is over."""
    secret = sealing.session_secret(site())
    try:
        reader = sessions.admit(session, secret=secret, at=clock.now()) if secret else None
    except SessionIsOver:
        reader = None
    g.signed = reader
    language.forget_choice()
    return reader
