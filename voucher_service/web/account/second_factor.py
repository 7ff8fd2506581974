"""Second factor: a person pairs a telephone, prints recovery codes, and changes telephone."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import factors, sessions, telephones
from voucher_service.identity.factors import FactorIsMissing, FactorIsWrong
from voucher_service.identity.second_factor import REQUIRED
from voucher_service.identity.telephones import CodeDoesNotFit
from voucher_service.kernel import clock
from voucher_service.web.account import qr
from voucher_service.web.forms import FormSchema, Typed
from voucher_service.web.pages import Go, Page, Pages, actor, allow, signed, site, takes
from voucher_service.web.troubles import FactorIsAwaited

pages = Pages("factor")

_GROUP = 4


class Proof(FormSchema):
    """A code of the telephone in place, where there is one."""

    proof = Typed(longest=20)


class NewCode(FormSchema):
    """The code that the telephone shows, once it has read the square."""

    code = Typed(needed="Indiquez les six chiffres affichés par le téléphone.", longest=20)


@pages.get("/mon-compte/code")
@allow(unproved=True)
def setup(session: Session) -> Page:
    """Show how the own second factor stands, and the square to read while it is being set up."""
    _refuse_unless_first_or_proved(session)
    by = actor()
    pending = telephones.pending(session, keyring=site().keys, by=by)
    return Page(
        "account/second-factor.html",
        standing=factors.standing(session, user_id=by.user_id),
        is_required=by.role in REQUIRED,
        square=qr.square(pending.uri) if pending else None,
        groups=_in_groups(pending.secret) if pending else [],
    )


@pages.post("/mon-compte/code/commencer", back=setup)
@allow(unproved=True)
@takes(Proof, about={FactorIsWrong: "proof", FactorIsMissing: "proof"})
def start(session: Session, said: dict[str, Any]) -> Go:
    """Begin to pair a telephone."""
    _refuse_unless_first_or_proved(session)
    telephones.enrol(session, code=said["proof"], keyring=site().keys, at=clock.now(), by=actor())
    return Go("factor.setup")


@pages.post("/mon-compte/code/confirmer", back=setup)
@allow(unproved=True)
@takes(NewCode, about={CodeDoesNotFit: "code"})
def confirm(session: Session, said: dict[str, Any]) -> Page:
    """Put the second factor in place, and show its recovery codes."""
    _refuse_unless_first_or_proved(session)
    at, reader = clock.now(), signed()
    codes = telephones.confirm(session, code=said["code"], keyring=site().keys, at=at, by=actor())
    if reader is not None:
        sessions.prove(session, session_id=reader.session_id, at=at)
    return Page("account/recovery-codes.html", codes=codes, title=_("Votre téléphone est enregistré"))


@pages.post("/mon-compte/code/secours", back=setup)
@allow()
@takes(Proof, about={FactorIsWrong: "proof", FactorIsMissing: "proof"})
def renew(session: Session, said: dict[str, Any]) -> Page:
    """Show ten new recovery codes; those before are worth nothing any more."""
    proof, keys = said["proof"] or "", site().keys
    codes = telephones.renew_codes(session, code=proof, keyring=keys, at=clock.now(), by=actor())
    return Page("account/recovery-codes.html", codes=codes, title=_("Vos nouveaux codes de secours"))


def _refuse_unless_first_or_proved(session: Session) -> None:
    # Who knows the password alone must not pair another telephone with an account that has one.
    reader = signed()
    standing = factors.standing(session, user_id=actor().user_id)
    if reader is not None and reader.needs_factor and standing.confirmed_at is not None:
        raise FactorIsAwaited


def _in_groups(secret: str) -> list[str]:
    return [secret[start : start + _GROUP] for start in range(0, len(secret), _GROUP)]
