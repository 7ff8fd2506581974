"""Wording: how what the bank says, and why something waits, is said to finance."""

from collections.abc import Mapping
from enum import Enum

from voucher_service.settlement.bank.status_reports import Answer
from voucher_service.settlement.bank.suggestions import Why
from voucher_service.settlement.matching import Doubt
from voucher_service.settlement.statement_files import MessageKind
from voucher_service.web.language import later

KINDS: Mapping[Enum, str] = {
    MessageKind.STATEMENT: later("Relevé de compte (camt.053)"),
    MessageKind.NOTICE: later("Avis d'opérations (camt.054)"),
    MessageKind.ANSWER: later("Réponse à un ordre de virement (pain.002)"),
}
ANSWERS: Mapping[Enum, str] = {
    Answer.ACCEPTED: later("Accepté"),
    Answer.PENDING: later("En attente"),
    Answer.REJECTED: later("Refusé"),
    Answer.SENT_TWICE: later("Déjà reçu par la banque"),
}
DOUBTS: Mapping[Enum, str] = {
    Doubt.UNKNOWN: later("Rien ne dit ce que c'est"),
    Doubt.AMOUNT_DIFFERS: later("Le montant diffère de celui du paiement ou du fichier nommé"),
    Doubt.NOT_APPROVED: later("Le lot de ce paiement n'est pas approuvé"),
    Doubt.NOT_PAID: later("Ce paiement revient sans être parti"),
    Doubt.PAID_ALREADY: later("Ce paiement est déjà parti une fois"),
    Doubt.RETURNED_ALREADY: later("Ce paiement est déjà revenu"),
    Doubt.REJECTED_ALREADY: later("La banque avait refusé ce paiement, puis l'a passé"),
    Doubt.WITHDRAWN: later("Ce paiement avait été retiré du lot"),
    Doubt.REFERENCE_IS_TAKEN: later("La banque a déjà donné cette référence à autre chose"),
    Doubt.OTHER_ACCOUNT: later("Ce paiement devait partir d'un autre compte"),
    Doubt.MONEY_IS_SHORT: later("Il manque un versement : la campagne n'a pas cet argent"),
    Doubt.PERHAPS_ENTERED: later("C'est peut-être un mouvement déjà saisi à la main"),
    Doubt.NOTICE_ONLY: later("Annoncé par un avis : attendez le relevé"),
}
REASONS: Mapping[Enum, str] = {
    Why.SAME_AMOUNT: later("même montant"),
    Why.SAME_IBAN: later("même compte"),
    Why.SAME_NAME: later("même nom"),
    Why.SAME_REFERENCE: later("même référence"),
    Why.PLEDGE_IS_NAMED: later("la convention est citée"),
    Why.STILL_PROMISED: later("le financeur promet encore au moins cela"),
    Why.BANK_SAYS_FEE: later("la banque le dit"),
    Why.IS_OWED: later("des frais restent à rembourser"),
    Why.OWN_ACCOUNT: later("l'autre compte est à celui qui tient celui-ci"),
}
BANK_CODES: Mapping[str, str] = {
    "AC01": later("compte inexistant"),
    "AC04": later("compte fermé"),
    "AC06": later("compte bloqué"),
    "AG01": later("opération interdite sur ce compte"),
    "AM04": later("provision insuffisante"),
    "BE01": later("le nom ne correspond pas au compte"),
    "MD07": later("titulaire décédé"),
    "MS02": later("refus du bénéficiaire"),
    "MS03": later("raison non précisée"),
    "RC01": later("banque inconnue"),
}
"""The bank's own codes, those that are met; the others are shown as they are (ISO 20022 external code sets)."""
