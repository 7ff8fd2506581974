"""Notices: a person is told by mail what was done to the own account, so that nobody else does it unseen.

No mail holds a password, a code or a link: whoever reads the mails of another learns nothing that opens a door.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from voucher_service.identity.changes import Change
from voucher_service.identity.users import User
from voucher_service.kernel import clock, mail

_USUAL = re.compile(r"[A-Za-z ]{1,30} – [A-Za-z ]{1,30}", re.ASCII)
"""A browser and where it runs. What a browser says of itself otherwise is anybody's words, and stands in no mail."""

_SAID: Mapping[Change, tuple[str, str]] = {
    Change.RENEWED: (
        "Votre mot de passe a changé",
        "Le mot de passe de votre compte a été changé. Vos autres sessions sont fermées.",
    ),
    Change.FACTOR_SET: (
        "Un téléphone protège votre compte",
        "Le code d'un téléphone est désormais demandé à la connexion de votre compte.",
    ),
    Change.FACTOR_RESET: (
        "Le code de votre téléphone n'est plus demandé",
        "Le code du téléphone a été retiré de votre compte. Vous devrez en installer un autre pour vous connecter.",
    ),
}


def tell(session: Session, *, user: User, change: Change, at: datetime) -> None:
    """Write to a person that the password or the second factor of the own account changed."""
    subject, said = _SAID[change]
    _post(session, user, subject, said, at)


def tell_of_session(session: Session, *, user: User, agent: str, at: datetime) -> None:
    """Write to a person that the own account was opened in a place where it had not been before."""
    where = f"« {agent} »" if _USUAL.fullmatch(agent) else "inconnu"
    _post(
        session,
        user,
        "Connexion depuis un nouvel appareil",
        f"Votre compte a été ouvert depuis un navigateur qu'il ne connaissait pas : {where}.",
        at,
    )


def _post(session: Session, user: User, subject: str, said: str, at: datetime) -> None:
    # An address that no mail reaches keeps nobody from protecting the own account.
    if mail.can_reach(user.email):
        mail.post(session, to=user.email, subject=subject, text=_text(said, at), at=at)


def _text(said: str, at: datetime) -> str:
    local = at.astimezone(clock.PARIS)
    lines = [
        "Bonjour,",
        "",
        said,
        "",
        f"C'était le {local:%d/%m/%Y} à {local:%H h %M}.",
        "",
        "Si c'est vous, il n'y a rien à faire. Sinon, prévenez tout de suite le référent de votre organisation,",
        "ou l'opérateur : le compte sera bloqué.",
        "",
        "Ce message est automatique : n'y répondez pas.",
        "",
    ]
    return "\n".join(lines)
