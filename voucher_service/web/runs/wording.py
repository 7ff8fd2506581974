"""Wording: how states, exclusions and files of runs are said to people, in French and by the catalogue in English."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from flask_babel import gettext

from voucher_service.settlement.exclusions import LeftOut
from voucher_service.settlement.exports import Form
from voucher_service.settlement.progress import Followed, State
from voucher_service.web import amounts
from voucher_service.web.language import later

STATES: Mapping[Enum, str] = {
    State.FROZEN: later("Arrêté, à approuver"),
    State.APPROVED: later("Approuvé, à exporter"),
    State.EXPORTED: later("Exporté"),
    State.ACKNOWLEDGED: later("Reçu par le payeur"),
    State.PARTLY_PAID: later("Payé en partie"),
    State.PAID: later("Payé"),
    State.RETURNED: later("Terminé, avec des retours"),
    State.CANCELLED: later("Annulé"),
}
TONES: Mapping[Enum, str] = {
    State.FROZEN: "wait",
    State.APPROVED: "wait",
    State.EXPORTED: "wait",
    State.ACKNOWLEDGED: "wait",
    State.PARTLY_PAID: "wait",
    State.PAID: "good",
    State.RETURNED: "warn",
    State.CANCELLED: "",
}
_LEFT_OUT: Mapping[Enum, str] = {
    LeftOut.NO_SIRET: later("SIRET manquant"),
    LeftOut.NO_LEGAL_FORM: later("Forme juridique inconnue"),
    LeftOut.NO_CASHING_ACT: later("Régie ou convention manquante"),
    LeftOut.NO_BANK_DETAILS: later("Aucun compte approuvé"),
    LeftOut.CLAIM: later("Doit autant ou plus qu'il ne gagne"),
    LeftOut.HOLD: later("Paiements bloqués"),
    LeftOut.COOLING: later("Nouveau compte, délai de sécurité en cours"),
    LeftOut.UNDER_MINIMUM: later("Sous le montant minimal"),
}
_FORMS: Mapping[Enum, str] = {
    Form.PAYMENT_ORDER: later("Ordre de virement (pain.001)"),
    Form.MANDATE_LIST: later("Liste de mandatement (CSV)"),
}


def state(member: State) -> str:
    """Say where a run stands."""
    return str(gettext(STATES[member]))


def reason(member: LeftOut) -> str:
    """Say why a venue was left out."""
    return str(gettext(_LEFT_OUT[member]))


def form(member: Form) -> str:
    """Say in which form a run leaves."""
    return str(gettext(_FORMS[member]))


def fate(one: Followed) -> tuple[str, str]:
    """Say what became of a payment, and the tone of it."""
    if one.withdrawn_on:
        return gettext("Retiré du lot"), ""
    if one.returned_on:
        return gettext("Revenu"), "bad"
    if one.rejected_on:
        return gettext("Refusé par la banque"), "bad"
    return (gettext("Payé"), "good") if one.paid_on else (gettext("En attente"), "wait")


def helpers() -> dict[str, Any]:
    """Return what the templates of runs say things with."""
    return {
        "say_state": state,
        "tones": TONES,
        "say_reason": reason,
        "say_form": form,
        "fate": fate,
        "amounts": amounts.lines,
    }
