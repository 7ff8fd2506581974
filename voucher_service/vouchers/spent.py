"""Spent: why a paper is worth nothing, in words that a venue can repeat."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.refusal import Refusal

_LIFE = text("""
SELECT (SELECT served_on FROM redemption
        WHERE campaign_id = :campaign_id AND serial = :serial AND issue = :issue
        ORDER BY turn DESC LIMIT 1) AS served_on,
       (SELECT reason FROM void WHERE campaign_id = :campaign_id AND serial = :serial AND issue = :issue) AS void,
       EXISTS (SELECT FROM replacement
               WHERE campaign_id = :campaign_id AND serial = :serial AND issue > :issue) AS replaced,
       EXISTS (SELECT FROM voucher JOIN active_booklet
                 ON active_booklet.campaign_id = voucher.campaign_id AND active_booklet.booklet = voucher.booklet
               WHERE voucher.campaign_id = :campaign_id AND serial = :serial) AS active,
       campaign.use_until, campaign.present_until,
       EXISTS (SELECT FROM redemption
               WHERE campaign_id = :campaign_id AND serial = :serial AND issue = :issue
                 AND NOT EXISTS (SELECT FROM redemption_reversal WHERE redemption_id = redemption.id)) AS used,
       EXISTS (SELECT FROM voucher JOIN expired_booklet AS expired
                 ON expired.campaign_id = voucher.campaign_id AND expired.booklet = voucher.booklet
               WHERE voucher.campaign_id = :campaign_id AND serial = :serial) AS expired
FROM campaign WHERE campaign.id = :campaign_id""")


@dataclass(eq=False)
class VoucherIsSpent(Refusal):
    """This voucher was taken already: it cannot pay twice.

    FR: Ce pass a déjà été encaissé : il ne peut pas payer deux fois.
    """

    serial: str
    served_on: date


@dataclass(eq=False)
class VoucherIsVoid(Refusal):
    """This voucher was declared lost, stolen or spoiled: keep it and send the person to the social worker.

    FR: Ce pass a été déclaré perdu, volé ou abîmé : gardez-le et renvoyez la personne vers le travailleur social.
    """

    serial: str


@dataclass(eq=False)
class VoucherIsReplaced(Refusal):
    """A new paper replaced this voucher: only the new one is good.

    FR: Un nouveau papier remplace ce pass : seul le nouveau est bon.
    """

    serial: str


@dataclass(eq=False)
class VoucherIsNotActive(Refusal):
    """This voucher is not active yet: its campaign has not paid for it.

    FR: Ce pass n'est pas encore activé : sa campagne ne l'a pas encore payé.
    """

    serial: str


@dataclass(eq=False)
class VoucherIsExpired(Refusal):
    """This voucher's time is over: tell the person that it can no longer be used.

    FR: Ce pass est périmé : dites à la personne qu'il ne peut plus servir.
    """

    serial: str
    use_until: date
    present_until: date


def explain(session: Session, *, campaign_id: int, serial: str, issue: int) -> Refusal:
    """Return the reason why this paper's account is empty."""
    life = session.execute(_LIFE, {"campaign_id": campaign_id, "serial": serial, "issue": issue}).one()
    if life.replaced:
        return VoucherIsReplaced(serial)
    if life.void:
        return VoucherIsVoid(serial)
    if life.expired and not life.used:
        return VoucherIsExpired(serial, life.use_until, life.present_until)
    if life.served_on and life.active:
        return VoucherIsSpent(serial, life.served_on)
    return VoucherIsNotActive(serial)
