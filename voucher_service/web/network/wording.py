"""Wording: how venues stand, how lists are sorted, and what becomes of a line, in words."""

from collections.abc import Mapping
from enum import Enum

from flask_babel import gettext

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
}
ORDERS: Mapping[Enum, str] = {Order.NAME: later("Nom"), Order.COMMUNE: later("Commune")}
EFFECTS: Mapping[Enum, str] = {
    Decision.ACCREDITED: later("Le lieu peut encaisser les pass de cette campagne."),
    Decision.SUSPENDED: later("Le lieu ne peut plus encaisser de pass, le temps d'une vérification."),
    Decision.WITHDRAWN: later("Le lieu n'encaisse plus de pass de cette campagne."),
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
