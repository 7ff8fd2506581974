"""Bank: a venue's own people propose where they are paid, and see how far that is."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity.naming import NameIsMalformed
from voucher_service.identity.organisations import get as organisation_of
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import bank_details, bank_proposals, bank_search, holds
from voucher_service.network.bank_search import State
from voucher_service.network.holds import Cause
from voucher_service.web.bank.elsewhere import ABOUT_THE_ACCOUNT
from voucher_service.web.bank.forms import LARGEST_FORM, AccountForm, ReasonForm
from voucher_service.web.bank.queue import TONES
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow, site, takes

pages = Pages("venue_bank", "/guichet/coordonnees-bancaires")

_SHOWN = 20


@pages.get("", menu=Menu("Coordonnées bancaires", 75))
@allow(Role.VENUE)
def own(session: Session) -> Page:
    """Show where the operator is paid, and what was proposed."""
    at, by = clock.now(), actor()
    proposals = bank_search.search(session, at=at, by=by, limit=_SHOWN)
    causes = {hold.cause for hold in holds.open_of(session, operator_id=by.organisation_id)}
    return Page(
        "venue/bank.html",
        current=bank_details.current(session, operator_id=by.organisation_id, at=at),
        cooling=bank_details.cooling(session, operator_id=by.organisation_id, at=at),
        proposals=proposals,
        waits=any(one.state is State.WAITING for one in proposals),
        was_returned=Cause.RETURNED_PAYMENT in causes,
        open_states=(State.WAITING, State.COOLING),
        tones=TONES,
    )


@pages.get("/changement")
@allow(Role.VENUE)
def ask(session: Session) -> Page:
    """Ask for the account, as its RIB gives it, and for the RIB."""
    at, by = clock.now(), actor()
    return Page(
        "venue/bank_change.html",
        current=bank_details.current(session, operator_id=by.organisation_id, at=at),
        name=organisation_of(session, organisation_id=by.organisation_id).name,
        hours=int(site().settings.bank_cooling.total_seconds() // 3600),
    )


@pages.post("/changement", back=ask)
@allow(Role.VENUE)
@takes(AccountForm, about=ABOUT_THE_ACCOUNT | {NameIsMalformed: "holder"}, largest=LARGEST_FORM)
def propose(session: Session, said: dict[str, Any]) -> Go:
    """Propose an account with its RIB; finance decides."""
    at, by, paper = clock.now(), actor(), said.pop("paper")
    details = bank_proposals.propose(session, operator_id=by.organisation_id, **said, at=at, by=by)
    bank_proposals.keep_evidence(session, details_id=details.id, content=paper.content, at=at, by=by)
    return Go(
        "venue_bank.own", said=_("C'est transmis : le service qui vous paie va vérifier et vous rappeler.")
    )


@pages.get("/<int:details_id>/retrait")
@allow(Role.VENUE)
def ask_back(session: Session, details_id: int) -> Page:
    """Ask why the details are taken back, and say what that does."""
    found = bank_search.get(session, details_id=details_id, at=clock.now(), by=actor())
    return Page("venue/bank_withdraw.html", proposal=found)


@pages.post("/<int:details_id>/retrait", back=ask_back)
@allow(Role.VENUE)
@takes(ReasonForm)
def withdraw(session: Session, said: dict[str, Any], details_id: int) -> Go:
    """Take back details that wait or still cool."""
    bank_proposals.withdraw(session, details_id=details_id, **said, at=clock.now(), by=actor())
    return Go("venue_bank.own", said=_("C'est retiré. Vous restez payé sur le compte d'avant."))
