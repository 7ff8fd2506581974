"""Readiness: what an operator still lacks before its venues are accredited, and before it is paid."""

from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.identity import organisations
from voucher_service.network import bank_details, operators
from voucher_service.network.operators import LegalForm
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
    operator = operators.get(session, operator_id=operator_id)
    is_public = operator.legal_form is LegalForm.PUBLIC
    lacks = {
        Missing.SIRET: organisations.get(session, organisation_id=operator_id).siret is None,
        Missing.LEGAL_FORM: operator.legal_form is LegalForm.UNKNOWN,
        Missing.CASHING_ACT: is_public and not operators.find_cashing_act(session, operator_id=operator_id),
        Missing.BANK_DETAILS: not bank_details.current(session, operator_id=operator_id),
    }
    return [thing for thing, is_missing in lacks.items() if is_missing]
