"""Readiness: what an operator still lacks before its venues are accredited, and before it is paid."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation
from voucher_service.network import bank_details
from voucher_service.network.operators import CashingAct, LegalForm, Operator, OperatorIsUnknown
from voucher_service.network.vocabulary import Coded


class Missing(Coded):
    """A thing that an operator must still give."""

    SIRET = (
        "siret",
        "Le SIRET de l'exploitant : l'argent public doit pouvoir être suivi.",
        "The operator's SIRET: public money must be traced.",
    )
    LEGAL_FORM = (
        "legal-form",
        "La forme juridique de l'exploitant.",
        "The operator's legal form.",
    )
    CASHING_ACT = (
        "cashing-act",
        "L'acte de régie de recettes ou la convention de mandat de l'organisme public.",
        "The public body's act of régie de recettes, or its convention de mandat.",
    )
    BANK_DETAILS = (
        "bank-details",
        "Les coordonnées bancaires de l'exploitant : elles sont nécessaires au paiement.",
        "The operator's bank details: they are needed for payment.",
    )


BEFORE_ACCREDITATION = frozenset({Missing.SIRET, Missing.LEGAL_FORM, Missing.CASHING_ACT})
"""What prevents accreditation; the rest prevents payment only."""


def missing(session: Session, *, operator_id: UUID) -> list[Missing]:
    """Return what the operator still lacks, in the order in which it is asked for.

    Raises ``OperatorIsUnknown``.
    """
    found = missing_of(session, operator_ids=[operator_id])
    if operator_id not in found:
        raise OperatorIsUnknown(operator_id)
    return found[operator_id]


def missing_of(session: Session, *, operator_ids: Collection[UUID]) -> dict[UUID, list[Missing]]:
    """Return what each of these operators still lacks, in the order in which it is asked for."""
    has_act = exists().where(CashingAct.operator_id == Operator.organisation_id)
    has_account = bank_details.approved_of(Operator.organisation_id)
    wanted = (
        select(Operator.organisation_id, Operator.legal_form, Organisation.siret, has_act, has_account)
        .join(Organisation, Organisation.id == Operator.organisation_id)
        .where(Operator.organisation_id.in_(operator_ids))
    )
    return {
        operator_id: _lacks(legal_form, siret, has_act=act, has_account=account)
        for operator_id, legal_form, siret, act, account in session.execute(wanted)
    }


def _lacks(legal_form: LegalForm, siret: str | None, *, has_act: bool, has_account: bool) -> list[Missing]:
    lacks = {
        Missing.SIRET: siret is None,
        Missing.LEGAL_FORM: legal_form is LegalForm.UNKNOWN,
        Missing.CASHING_ACT: legal_form is LegalForm.PUBLIC and not has_act,
        Missing.BANK_DETAILS: not has_account,
    }
    return [thing for thing, is_missing in lacks.items() if is_missing]
