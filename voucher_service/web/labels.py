"""Labels: how coded answers are said to people, in French here and in English by the catalogue."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from flask_babel import gettext

from voucher_service.funding.pledges import PledgeKind
from voucher_service.funding.terms import DueOn, LegalBasis, MoneySide, StateFunded
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role
from voucher_service.network.mediators import Standing
from voucher_service.network.operators import CashingMeans, LegalForm
from voucher_service.network.vocabulary import Coded
from voucher_service.vouchers.printing.formats import Format
from voucher_service.web.language import language, later

_LABELS: dict[Enum, str] = {
    LegalBasis.MARCHE: later("Marché public"),
    LegalBasis.CONVENTION_DE_MANDAT: later("Convention de mandat"),
    LegalBasis.REGIE: later("Régie"),
    MoneySide.BANK: later("Un compte bancaire de l'opérateur ou du mandataire"),
    MoneySide.COMMITMENT: later("Des crédits engagés, payés par un comptable public"),
    DueOn.BOUGHT: later("Dû à l'achat"),
    DueOn.USED: later("Dû à l'usage"),
    StateFunded.REFUSED: later("Refusés"),
    StateFunded.WITH_DEROGATION: later("Admis avec une dérogation, et sans rien demander à la personne"),
    PledgeKind.PLEDGE: later("Promesse"),
    PledgeKind.AMENDMENT: later("Avenant"),
    PledgeKind.WITHDRAWAL: later("Retrait"),
    OrganisationKind.OPERATOR: later("Opérateur"),
    OrganisationKind.PRESCRIBER: later("Prescripteur"),
    OrganisationKind.VENUE_OPERATOR: later("Exploitant de lieux"),
    OrganisationKind.FUNDER: later("Financeur"),
    OrganisationKind.AUDITOR: later("Contrôle"),
    LegalForm.PUBLIC: later("Organisme public"),
    LegalForm.ASSOCIATION: later("Association"),
    LegalForm.COMPANY: later("Entreprise"),
    LegalForm.COOPERATIVE: later("Coopérative"),
    LegalForm.UNKNOWN: later("Inconnue"),
    CashingMeans.REVENUE_OFFICE: later("Régie de recettes"),
    CashingMeans.MANDATE: later("Convention de mandat"),
    Standing.EMPLOYEE: later("Salarié"),
    Standing.VOLUNTEER: later("Bénévole"),
    Standing.STATE_FUNDED: later("Conseiller numérique payé par l'État"),
    Role.OPERATOR: later("Opérateur"),
    Role.PRESCRIBER: later("Prescripteur"),
    Role.VENUE: later("Lieu"),
    Role.FINANCE: later("Finances"),
    Role.FUNDER: later("Financeur"),
    Role.AUDITOR: later("Contrôle"),
    Format.BOOKLET: later("Carnet : une couverture et ses pass, à couper et agrafer"),
    Format.A4_3: later("Trois pass par feuille, avec un talon"),
    Format.A4_10: later("Dix étiquettes par feuille"),
}


def label(member: Enum) -> str:
    """Say a coded answer in the reader's language."""
    return member.title(language()) if isinstance(member, Coded) else str(gettext(_LABELS[member]))


def choices(members: Iterable[Any]) -> list[tuple[str, str]]:
    """Return what a list of choices offers: value and words."""
    return [(member.value, label(member)) for member in members]
