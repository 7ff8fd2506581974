"""Wording: how venues stand, how lists are sorted, and what becomes of a line, in words."""

from collections.abc import Mapping
from enum import Enum

from flask_babel import gettext
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.identity.organisation_search import Order as OrganisationOrder
from voucher_service.kernel import clock
from voucher_service.network.accreditation import Decision
from voucher_service.network.directory.report import Outcome
from voucher_service.network.venue_list import Order, Stand
from voucher_service.web.language import later

STANDS: Mapping[Enum, str] = {
    Stand.ACCREDITED: later("Accrédité"),
    Stand.SUSPENDED: later("Suspendu"),
    Stand.WITHDRAWN: later("Accréditation retirée"),
    Stand.UNDECIDED: later("Sans décision"),
    Stand.WITHOUT_OPERATOR: later("Sans exploitant"),
    Stand.CLOSED: later("Fermé"),
}
ORDERS: Mapping[Enum, str] = {Order.NAME: later("Nom"), Order.COMMUNE: later("Commune")}
ORGANISATION_ORDERS: Mapping[Enum, str] = {
    OrganisationOrder.NAME: later("Par nom"),
    OrganisationOrder.NEWEST: later("Récentes d'abord"),
}
EFFECTS: Mapping[Enum, str] = {
    Decision.ACCREDITED: later("Le lieu peut encaisser les pass de cette campagne."),
    Decision.SUSPENDED: later("Le lieu ne peut plus encaisser de pass, le temps d'une vérification."),
    Decision.WITHDRAWN: later("Le lieu n'encaisse plus de pass de cette campagne."),
}
OUTCOMES: Mapping[Enum, str] = {
    Outcome.IMPORTED: later("nouveaux lieux"),
    Outcome.UPDATED: later("lieux mis à jour"),
    Outcome.UNCHANGED: later("sans changement"),
    Outcome.MERGED: later("réunis à un lieu connu"),
    Outcome.KEPT: later("modifiés dans le service, gardés"),
    Outcome.REFUSED: later("lignes inutilisables"),
}
TONES: Mapping[Enum, str] = {
    Decision.ACCREDITED: "good",
    Decision.SUSPENDED: "warn",
    Decision.WITHDRAWN: "bad",
    Outcome.IMPORTED: "good",
    Outcome.UPDATED: "good",
    Outcome.UNCHANGED: "",
    Outcome.MERGED: "wait",
    Outcome.KEPT: "warn",
    Outcome.REFUSED: "bad",
}
"""The tone that repeats what a word says."""


def choices_of(words: Mapping[Enum, str]) -> list[tuple[str, str]]:
    """Return what a list of choices offers: value and words."""
    return [(str(member.value), gettext(said)) for member, said in words.items()]


def open_campaigns(session: Session) -> list[tuple[str, str]]:
    """Return the campaigns whose passes venues may still take: series and words."""
    today = clock.civil_date(clock.now())
    known = campaigns.search(session)
    return [(one.series, f"{one.series} – {one.name}") for one in known if one.present_until >= today]
