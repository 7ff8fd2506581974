"""Claims: finance sees what venues owe back, writes down what came, and gives up what never will, by two people."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.money import in_euros
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement.claims import owed, repayments, revenue_orders, write_offs
from voucher_service.web.forms import Date, Euros, FormSchema, Lines, Number, Typed
from voucher_service.web.pages import Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying

pages = Pages("claims", "/creances")

_OF = "/<series>/<uuid:operator_id>"


class RepaymentForm(FormSchema):
    """Money that a venue gave back."""

    amount_cents = Euros(needed="Indiquez le montant reçu.")
    reference = Typed(needed="Indiquez la référence du virement ou du titre.", longest=140)
    repaid_on = Date(needed="Indiquez le jour où l'argent est arrivé.")


class TitreForm(FormSchema):
    """The order by which the accountant collects."""

    number = Typed(needed="Indiquez le numéro du titre.", longest=60)
    exercice = Number(needed="Indiquez l'exercice du titre.", least=2000, most=2199)
    issued_on = Date(needed="Indiquez la date du titre.")


class ProposalForm(FormSchema):
    """Why a debt would be given up, and by which act."""

    act = Typed(needed="Indiquez la décision ou la délibération.")
    reason = Typed(needed="Dites pourquoi.", longest=500)


class ApprovalForm(FormSchema):
    """Nothing is asked: the page says what will happen."""

    seen = Lines()


_ABOUT_THE_SUM: dict[type[Refusal], str] = {
    repayments.RepaymentDiffers: "amount_cents",
    repayments.ReferenceIsTaken: "reference",
}


@pages.get("", menu=Menu("Sommes à récupérer", 68, Heading.PAYING))
@allow(Role.FINANCE, Role.AUDITOR)
def debts(session: Session) -> Page:
    """List what is owed back, by campaign and operator, and what two people are about to give up."""
    found = owed.debts(session, by=actor())
    return Page(
        "claims/debts.html",
        debts=found,
        total_cents=sum(debt.cents for debt in found),
        proposals=write_offs.waiting(session),
        me=actor().user_id,
    )


@pages.get(_OF)
@allow(Role.FINANCE, Role.AUDITOR)
def debt(session: Session, series: str, operator_id: UUID) -> Page:
    """Show what one operator owes back, voucher by voucher, and what can be done about it."""
    return Page("claims/debt.html", **_debt(session, series, operator_id))


@pages.get(f"{_OF}/remboursement")
@allow(Role.FINANCE)
def repayment(session: Session, series: str, operator_id: UUID) -> Page:
    """Ask what came back."""
    return Page("claims/repay.html", **_debt(session, series, operator_id))


@pages.get(f"{_OF}/remboursement/verifier")
@allow(Role.FINANCE)
def restart(_session: Session, series: str, operator_id: UUID) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("claims.repayment", series=series, operator_id=operator_id)


@pages.post(f"{_OF}/remboursement/verifier", back=repayment)
@allow(Role.FINANCE)
@takes(RepaymentForm, about=_ABOUT_THE_SUM)
def verify(session: Session, said: dict[str, Any], series: str, operator_id: UUID) -> Page:
    """Say which debts the sum ends; nothing is written down yet."""
    ended = repayments.ended_by(
        session, series=series, operator_id=operator_id, amount_cents=said["amount_cents"], by=actor()
    )
    carrying.put_as_typed(RepaymentForm)
    known = _debt(session, series, operator_id)
    return Page(
        "claims/repay_check.html",
        **known,
        wanted=said,
        ended=ended,
        left_cents=known["cents"] - said["amount_cents"],
        fields=list(RepaymentForm().fields),
    )


@pages.post(f"{_OF}/remboursement", back=repayment)
@allow(Role.FINANCE)
@takes(RepaymentForm, about=_ABOUT_THE_SUM)
def repay(session: Session, said: dict[str, Any], series: str, operator_id: UUID) -> Go:
    """Write down that a venue gave money back."""
    done = repayments.repay(
        session, series=series, operator_id=operator_id, **said, at=clock.now(), by=actor()
    )
    return Go("claims.debts", said=_("%(amount)s enregistrés.", amount=in_euros(done.amount_cents)))


@pages.get(f"{_OF}/titre")
@allow(Role.FINANCE)
def titre(session: Session, series: str, operator_id: UUID) -> Page:
    """Ask for the number of the revenue order."""
    return Page("claims/titre.html", **_debt(session, series, operator_id))


@pages.post(f"{_OF}/titre", back=titre)
@allow(Role.FINANCE)
@takes(TitreForm, about={revenue_orders.TitreIsTaken: "number"})
def order(session: Session, said: dict[str, Any], series: str, operator_id: UUID) -> Go:
    """Write down the order by which the accountant collects."""
    made = revenue_orders.order(
        session, series=series, operator_id=operator_id, **said, at=clock.now(), by=actor()
    )
    words = _(
        "Titre %(number)s enregistré : %(amount)s.", number=made.number, amount=in_euros(made.amount_cents)
    )
    return Go("claims.debt", series=series, operator_id=operator_id, said=words)


@pages.get(f"{_OF}/remise")
@allow(Role.FINANCE)
def giving_up(session: Session, series: str, operator_id: UUID) -> Page:
    """Ask why a debt would be given up."""
    return Page("claims/propose.html", **_debt(session, series, operator_id))


@pages.post(f"{_OF}/remise", back=giving_up)
@allow(Role.FINANCE)
@takes(ProposalForm)
def propose(session: Session, said: dict[str, Any], series: str, operator_id: UUID) -> Go:
    """Propose to give a debt up."""
    write_offs.propose(session, series=series, operator_id=operator_id, **said, at=clock.now(), by=actor())
    return Go("claims.debts", said=_("C'est proposé : une deuxième personne doit l'approuver."))


@pages.get("/remises/<uuid:proposal_id>")
@allow(Role.FINANCE)
def proposal(session: Session, proposal_id: UUID) -> Page:
    """Show what a second person is asked to give up."""
    found = write_offs.get(session, proposal_id=proposal_id)
    return Page("claims/approve.html", proposal=found, is_mine=found.by == actor().user_id)


@pages.post("/remises/<uuid:proposal_id>", back=proposal)
@allow(Role.FINANCE)
@takes(ApprovalForm)
def approve(session: Session, said: dict[str, Any], proposal_id: UUID) -> Go:
    """Give up what somebody else proposed."""
    del said
    now = clock.now()
    done = write_offs.approve(session, proposal_id=proposal_id, on=clock.civil_date(now), at=now, by=actor())
    return Go("claims.debts", said=_("%(amount)s passés en perte.", amount=in_euros(done.amount_cents)))


def _debt(session: Session, series: str, operator_id: UUID) -> dict[str, Any]:
    claims = owed.of_operator(session, series=series, operator_id=operator_id, by=actor())
    is_commitment = campaigns.get(session, series).money_side is MoneySide.COMMITMENT
    return {
        "series": series,
        "operator_id": operator_id,
        "operator": claims[0].operator,
        "claims": claims,
        "cents": sum(claim.face_cents for claim in claims),
        "is_commitment": is_commitment,
        "unnamed_cents": sum(claim.face_cents for claim in claims if claim.titre is None),
    }
