"""Openings: a browser's session begins, each time under a secret that nobody knew before."""

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from voucher_service.identity import sessions
from voucher_service.identity.users import User
from voucher_service.web.account import browsers


def begin(session: Session, user: User, *, is_proved: bool = False, at: datetime) -> str:
    """Sign this browser in and return the secret for its cookie; ``is_proved`` where a code was shown."""
    agent = browsers.named(request.user_agent.string)
    address = request.remote_addr or ""
    secret = sessions.open_session(session, user=user, address=address, agent=agent, at=at)
    if is_proved:
        here = sessions.admit(session, secret=secret, at=at)
        sessions.prove(session, session_id=here.session_id, at=at)
    return secret
