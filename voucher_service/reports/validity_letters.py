"""Validity letters: what is written to a campaign's people when its end comes near, and when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.money import in_euros
from voucher_service.reports.validity_counts import MEANINGS, Count
from voucher_service.vouchers.joint_statements import JointStatement

_END = ["", "Ce message est envoyé automatiquement : n’y répondez pas.", ""]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: its subject and its text, in French as all that the service writes."""

    subject: str
    text: str


def alert(campaign: Campaign, counts: Mapping[str, Count]) -> Letter:
    """Say, a month before the last day of use, what is left to hand over and to use."""
    lines = [
        "Bonjour,",
        "",
        f"Les pass {campaign.series} ({campaign.name}) s’utilisent jusqu’au {campaign.use_until:%d/%m/%Y}.",
        f"Ceux qui sont remis seront encore pris dans les lieux jusqu’au {campaign.present_until:%d/%m/%Y}.",
        "",
        *(
            f"- {MEANINGS[key].fr} : {count.booklets} carnets, {count.papers_left} pass non utilisés, "
            f"{in_euros(count.left_cents)}"
            for key, count in counts.items()
        ),
        "",
        "L’arrêt de la distribution se signe sur le site, à la page « Fin de validité », quinze jours avant ce terme.",
    ]
    return Letter(f"Fin de validité de {campaign.series} dans un mois", "\n".join(lines + _END))


def stop(campaign: Campaign) -> Letter:
    """Tell whoever holds booklets that their distribution is over."""
    lines = [
        "Bonjour,",
        "",
        f"La distribution des carnets {campaign.series} ({campaign.name}) est arrêtée : ne les remettez plus.",
        f"Les pass déjà remis s’utilisent jusqu’au {campaign.use_until:%d/%m/%Y}.",
        "",
        "Gardez les carnets qui vous restent : l’opérateur vous dira comment les lui renvoyer.",
    ]
    return Letter(f"Arrêt de la distribution des carnets {campaign.series}", "\n".join(lines + _END))


def statement(campaign: Campaign, drawn: JointStatement) -> Letter:
    """Say that the joint statement is there to be read, and agreed or contested."""
    lines = [
        "Bonjour,",
        "",
        f"L’état contradictoire {drawn.number} de la campagne {campaign.name} est établi.",
        "Lisez-le sur le site, à la page « Fin de validité », et dites si vous en êtes d’accord.",
    ]
    return Letter(f"État contradictoire {drawn.number}", "\n".join(lines + _END))
