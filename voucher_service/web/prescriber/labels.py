"""Labels: how what a prescriber notes and sees is said: answers, places, what happened to a booklet."""

from collections.abc import Mapping
from enum import Enum

from flask_babel import gettext

from voucher_service.vouchers.allocation_search import Standing
from voucher_service.vouchers.answers import AgeBand, Gender, Need, Situation
from voucher_service.vouchers.booklet_history import BookletEvent
from voucher_service.vouchers.booklet_search import Place
from voucher_service.vouchers.shelves import Order, Shelf
from voucher_service.vouchers.states import State
from voucher_service.vouchers.voiding import Reason
from voucher_service.web.language import later
from voucher_service.web.prescriber.forms import Shortage

_DO_NOT_KNOW = later("Je ne sais pas")
AGES: Mapping[Enum, str] = {
    AgeBand.UNDER_12: later("Moins de 12 ans"),
    AgeBand.FROM_12_TO_17: later("12 à 17 ans"),
    AgeBand.FROM_18_TO_24: later("18 à 24 ans"),
    AgeBand.FROM_25_TO_39: later("25 à 39 ans"),
    AgeBand.FROM_40_TO_59: later("40 à 59 ans"),
    AgeBand.FROM_60_TO_69: later("60 à 69 ans"),
    AgeBand.FROM_70: later("70 ans et plus"),
    AgeBand.UNKNOWN: _DO_NOT_KNOW,
}
SITUATIONS: Mapping[Enum, str] = {
    Situation.AT_SCHOOL: later("En études"),
    Situation.WITHOUT_WORK: later("Sans emploi"),
    Situation.AT_WORK: later("En emploi"),
    Situation.RETIRED: later("À la retraite"),
    Situation.UNKNOWN: _DO_NOT_KNOW,
}
GENDERS: Mapping[Enum, str] = {
    Gender.FEMALE: later("Une femme"),
    Gender.MALE: later("Un homme"),
    Gender.UNKNOWN: _DO_NOT_KNOW,
}
NEEDS: Mapping[Enum, str] = {
    Need.REINFORCED: later("Faire avec elle"),
    Need.BASIC_SKILLS: later("Apprendre les bases"),
    Need.NUDGE: later("Un coup de pouce"),
    Need.UNKNOWN: _DO_NOT_KNOW,
}
_NEED_HINTS: Mapping[Enum, str] = {
    Need.REINFORCED: later("Elle ne peut pas faire seule."),
    Need.BASIC_SKILLS: later("Souris, clavier, internet, courriel."),
    Need.NUDGE: later("Elle se débrouille et hésite parfois."),
}
PLACES: Mapping[Enum, str] = {
    Place.STOCK: later("En réserve, chez l'opérateur"),
    Place.IN_TRANSIT: later("En route vers vous"),
    Place.AT_SITE: later("Dans votre placard"),
    Place.HANDED_OVER: later("Remis à une personne"),
    Place.MISSING: later("Manquant"),
}
REASONS: Mapping[Enum, str] = {
    Reason.LOST: later("Perdu"),
    Reason.STOLEN: later("Volé"),
    Reason.SPOILED: later("Abîmé"),
}
STATES: Mapping[Enum, str] = {
    State.ACTIVE: later("Utilisable"),
    State.USED: later("Utilisé"),
    State.VOID: later("Annulé"),
    State.INACTIVE: later("Pas encore activé"),
    State.EXPIRED: later("Périmé"),
}
SHELVES: Mapping[Enum, str] = {
    Shelf.IN_STOCK: later("Carnets à remettre"),
    Shelf.HANDED_OVER: later("Carnets remis"),
    Shelf.DORMANT: later("Carnets remis et jamais utilisés"),
    Shelf.EXPIRING: later("Carnets bientôt périmés"),
    Shelf.MISSING: later("Carnets manquants"),
}
ORDERS: Mapping[Enum, str] = {
    Order.NUMBER: later("Par numéro"),
    Order.NEWEST: later("Récents d'abord"),
    Order.OLDEST: later("Anciens d'abord"),
}
PARCELS: Mapping[Enum, str] = {
    Standing.ON_ITS_WAY: later("En route"),
    Standing.WHOLE: later("Compté, complet"),
    Standing.SHORT: later("Compté, incomplet"),
}
SHORTAGES: Mapping[Enum, str] = {
    Shortage.SHORT: later("Il manquait des carnets"),
    Shortage.WHOLE: later("Rien ne manquait"),
}
HANDOVERS = {
    "done": later("Faite"),
    "inferred": later("Constatée à l'usage"),
    "undone": later("Annulée"),
}
_EVENTS = {
    "produce": later("Carnet fabriqué"),
    "activate": later("Carnet activé : ses pass sont utilisables"),
    "allocate": later("Envoyé par l'opérateur"),
    "receive": later("Reçu et compté"),
    "return": later("Renvoyé à l'opérateur"),
    "hand-over": later("Remis à une personne"),
    "undo-hand-over": later("Remise annulée : le carnet est revenu"),
    "give-back": later("Rendu par la personne"),
    "count": later("Vu à l'inventaire : il était manquant"),
    "redeem": later("Utilisé"),
    "reverse": later("Utilisation annulée"),
    "void": later("Annulé"),
    "replace": later("Remplacé par de nouveaux papiers"),
    "expire": later("Périmé"),
}
_MISSING = {
    "receive": later("Manquant à l'arrivée du colis"),
    "count": later("Manquant à l'inventaire"),
}


def say(labels: Mapping[Enum, str], member: Enum) -> str:
    """Say one member in the reader's language."""
    return str(gettext(labels[member]))


def choices(labels: Mapping[Enum, str]) -> list[tuple[str, str, str]]:
    """Return what a list of choices offers: value, words, and a hint where there is one."""
    hints = {member: str(gettext(hint)) for member, hint in _NEED_HINTS.items()}
    return [(str(member.value), say(labels, member), hints.get(member, "")) for member in labels]


def happened(event: BookletEvent) -> str:
    """Say what happened to a booklet."""
    if event.reason == "missing":
        return str(gettext(_MISSING.get(event.act, event.act)))
    return str(gettext(_EVENTS.get(event.act, event.act)))
