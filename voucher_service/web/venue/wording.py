"""Wording: how the answers of the counter are said: labels, and what to tell the person whose pass is refused."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from flask_babel import gettext, ngettext

from voucher_service.kernel.refusal import Refusal
from voucher_service.network.mediators import Standing
from voucher_service.settlement.payments import Stage
from voucher_service.vouchers.reversal import Cause
from voucher_service.vouchers.takings import Order
from voucher_service.web import labels
from voucher_service.web.language import language, later

_LABELS: dict[Enum, str] = {
    Standing.EMPLOYEE: later("Un salarié du lieu"),
    Standing.VOLUNTEER: later("Un bénévole du lieu"),
    Standing.STATE_FUNDED: later("Un conseiller numérique payé par l'État"),
    Cause.WRONG_VOUCHER: later("Ce n'était pas le bon pass"),
    Cause.SERVICE_NOT_GIVEN: later("Le service n'a pas été rendu"),
    Cause.TAKEN_TWICE: later("Le même service a été encaissé deux fois"),
    Cause.OTHER_ERROR: later("Une autre erreur de saisie"),
    Stage.FROZEN: later("Arrêté, à approuver"),
    Stage.APPROVED: later("Approuvé, en cours de virement"),
    Stage.PAID: later("Payé"),
    Stage.RETURNED: later("Rejeté par la banque : il sera payé de nouveau"),
    Stage.REJECTED: later("Refusé par la banque avant de partir : il sera payé de nouveau"),
    Stage.WITHDRAWN: later("Retiré du lot avant de partir : il sera payé de nouveau"),
    Order.RECORDED: later("Les plus récents d'abord"),
    Order.SERVED: later("Par jour de service"),
    Order.VENUE: later("Par lieu"),
    Order.AMOUNT: later("Par valeur"),
}
TONES = {
    Stage.FROZEN: "wait",
    Stage.APPROVED: "wait",
    Stage.PAID: "good",
    Stage.RETURNED: "bad",
    Stage.REJECTED: "bad",
    Stage.WITHDRAWN: "wait",
}
"""How a payment's stage is coloured; its words say it."""

_TELL = {
    "voucher-is-spent": later(
        "Dites à la personne que ce pass a déjà servi. Il peut rester d'autres pass dans son carnet."
    ),
    "voucher-is-expired": later(
        "Dites à la personne que la date de ce pass est dépassée. Elle peut demander au travailleur social s'il "
        "existe une autre aide."
    ),
    "voucher-is-void": later(
        "Dites à la personne que ce pass a été déclaré perdu ou volé, et qu'il a peut-être été remplacé. "
        "Le travailleur social qui a remis le carnet peut lui répondre."
    ),
    "voucher-is-replaced": later(
        "Dites à la personne que ce pass a été remplacé par un nouveau papier : c'est le nouveau qui compte."
    ),
    "voucher-is-not-active": later(
        "Dites à la personne que son pass n'est pas encore utilisable, et qu'elle n'a rien fait de mal. "
        "Appelez l'opérateur avant qu'elle ne revienne."
    ),
    "voucher-is-not-yet-good": later("Dites à la personne à partir de quel jour son pass pourra servir."),
    "booklet-is-not-handed-over": later(
        "Dites à la personne que la remise de son carnet n'est pas enregistrée. Le travailleur social qui le lui a "
        "remis peut le faire en un instant : vous pouvez l'appeler ensemble."
    ),
    "voucher-is-not-yours-to-take": later(
        "Dites à la personne que son pass est bon, mais pas dans ce lieu. La page « Trouver un lieu » dit où."
    ),
    "venue-is-outside-the-territory": later(
        "Dites à la personne que son pass est bon, mais dans un autre territoire."
    ),
    "campaign-is-blocked": later(
        "Dites à la personne que les pass de cette campagne sont suspendus, et qu'elle n'y est pour rien."
    ),
    "code-is-unknown": later(
        "Relisez le code sur le papier, lettre par lettre. S'il est juste, ne gardez pas le papier : rendez-le à la "
        "personne et appelez l'opérateur."
    ),
    "training-code": later("Aucune personne n'a reçu ce code : il sert à s'entraîner."),
    "not-a-training-code": later("Ce pass peut être bon : encaissez-le sur la page « Encaisser »."),
}
_READ_AGAIN = later(
    "Ne renvoyez pas la personne : relisez le code avec elle, il s'agit d'une faute de lecture ou de frappe."
)
_ANYHOW = later(
    "Dites à la personne que ce n'est pas sa faute, et gardez son pass de côté le temps de demander."
)


def label(member: Enum) -> str:
    """Say a coded answer in the reader's language."""
    return str(gettext(_LABELS[member])) if member in _LABELS else labels.label(member)


def choices(members: Iterable[Any]) -> list[tuple[str, str]]:
    """Return what a list of choices offers: value and words."""
    return [(member.value, label(member)) for member in members]


def why(refusal: Refusal) -> str:
    """Say why something is refused, in the reader's language."""
    return refusal.title(language())


def tell(refusal: Refusal) -> str:
    """Say what to tell the person whose pass is refused."""
    code = refusal.code()
    if code.startswith(("code-is-malformed", "code-has-foreign", "code-is-mistyped")):
        return str(gettext(_READ_AGAIN))
    return str(gettext(_TELL.get(code, _ANYHOW)))


def duration(minutes: int) -> str:
    """Write a duration as people say it: « 45 minutes », « 1 h 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(gettext("%(count)s minutes", count=minutes))
    if not rest:
        return str(ngettext("1 heure", "%(num)s heures", hours))
    return str(gettext("%(hours)s h %(rest)s", hours=hours, rest=f"{rest:02d}"))
