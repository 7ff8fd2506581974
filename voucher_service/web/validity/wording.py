"""Wording: how the states of the calendar and of refunds are said, and in which tone."""

from collections.abc import Mapping
from enum import Enum

from flask_babel import gettext

from voucher_service.funding.refunds import Source, Standing
from voucher_service.vouchers.joint_statements import Side
from voucher_service.vouchers.milestones import State
from voucher_service.web.language import later

STATES: Mapping[Enum, str] = {
    State.PLANNED: later("À venir"),
    State.DUE: later("À faire"),
    State.DONE: later("Fait"),
}
STANDINGS: Mapping[Enum, str] = {
    Standing.PREPARED: later("Préparée"),
    Standing.APPROVED: later("Approuvée"),
    Standing.PAID: later("Versée ou reportée"),
    Standing.WITHDRAWN: later("Retirée"),
}
SOURCES: Mapping[Enum, str] = {
    Source.EXPIRED: later("Valeur périmée"),
    Source.UNSPENT: later("Fonds non employés"),
}
SIDES: Mapping[Enum, str] = {
    Side.OPERATOR: later("L'opérateur"),
    Side.SPONSOR: later("Le commanditaire"),
}
TONES: Mapping[Enum, str] = {
    State.DUE: "warn",
    State.DONE: "good",
    Standing.PREPARED: "wait",
    Standing.APPROVED: "warn",
    Standing.PAID: "good",
}


def say(labels: Mapping[Enum, str], member: Enum) -> str:
    """Say one member in the reader's language."""
    return str(gettext(labels[member]))
