"""Presentation: what the service knows of the codes that a venue shows.

One SELECT reads everything that decides, whatever the number of codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.database import directly, for_the_driver
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts
from voucher_service.vouchers import code, refused_codes, training
from voucher_service.vouchers.refused_codes import UNKNOWN, Counter, Turned
from voucher_service.vouchers.register import VoucherIsUnknown
from voucher_service.vouchers.training import TrainingCode

_PAPERS = """
SELECT code.mac, code.campaign_id, code.serial, code.issue, voucher.booklet, voucher.colour,
       campaign.series, campaign.face_cents, campaign.use_from, campaign.use_until, campaign.present_until,
       campaign.late_entry_days, campaign.handover_required, campaign.state_funded, campaign.services,
       campaign.territory, campaign.payment_days, campaign.vouchers_per_visit,
       account.balance, account.version, booklet.balance AS papers, booklet.version AS booklet_version,
       moved.place,
       EXISTS (SELECT FROM duty_performed AS done
               WHERE done.subject = 'booklet/' || voucher.booklet AND done.duty = 'allocate' AND done.user_id = :by)
           AND EXISTS (SELECT FROM incompatible_duties WHERE (first, second) = ('allocate', 'redeem'))
           AS sent_out_by_taker,
       coalesce((SELECT blocked FROM campaign_block WHERE campaign_block.campaign_id = code.campaign_id
                 ORDER BY no DESC LIMIT 1), false) AS blocked,
       (SELECT decision FROM accreditation
        WHERE accreditation.campaign_id = code.campaign_id AND accreditation.venue_id = :venue_id
          AND effective_on <= :served_on ORDER BY effective_on DESC, id DESC LIMIT 1) AS decision,
       (SELECT count(*) FROM redemption_reversal AS undone
        WHERE undone.campaign_id = code.campaign_id AND undone.serial = code.serial AND undone.issue = code.issue)
           AS turn,
       CASE WHEN campaign.vouchers_per_visit IS NOT NULL THEN
           (SELECT count(*) FROM redemption AS taken
            WHERE taken.campaign_id = code.campaign_id AND taken.served_on = :served_on
              AND taken.serial > voucher.booklet || '-' AND taken.serial < voucher.booklet || '.'
              AND taken.venue_no = (SELECT no FROM venue WHERE venue.id = :venue_id)
              AND NOT EXISTS (SELECT FROM redemption_reversal AS undone WHERE undone.redemption_id = taken.id))
           END AS taken_at_visit
FROM {source}
CROSS JOIN LATERAL (SELECT booklet, colour FROM voucher
                    WHERE voucher.campaign_id = code.campaign_id AND voucher.serial = code.serial LIMIT 1) AS voucher
CROSS JOIN LATERAL (SELECT * FROM campaign WHERE campaign.id = code.campaign_id LIMIT 1) AS campaign
CROSS JOIN LATERAL (SELECT balance, version FROM account
                    WHERE account.campaign_id = code.campaign_id
                      AND account.address = 'voucher/' || code.serial || '/' || code.issue LIMIT 1) AS account
CROSS JOIN LATERAL (SELECT balance, version FROM account
                    WHERE account.campaign_id = code.campaign_id
                      AND account.address = 'booklet/' || voucher.booklet LIMIT 1) AS booklet
CROSS JOIN LATERAL (SELECT place FROM booklet_move
                    WHERE booklet_move.campaign_id = code.campaign_id AND booklet_move.booklet = voucher.booklet
                    ORDER BY turn DESC LIMIT 1) AS moved"""
# LATERAL ... LIMIT 1 leaves one plan, row by row through the keys: a new campaign has no statistics yet, and a
# planner that guesses would read all its vouchers for each code.
_BY_CODE = _PAPERS.format(source="code") + "\nWHERE code.mac = ANY(CAST(:macs AS bytea[]))"
_BY_SERIAL = _PAPERS.format(
    source="""(SELECT NULL::bytea AS mac, voucher.campaign_id, voucher.serial,
        (SELECT coalesce(max(issue), 1) FROM replacement
         WHERE replacement.campaign_id = voucher.campaign_id AND replacement.serial = voucher.serial) AS issue
     FROM voucher WHERE voucher.campaign_id = :campaign_id AND voucher.serial = :serial) AS code"""
)
_SHOWN = """
SELECT tried.by_person, tried.by_operator, venue.no AS venue_no, venue.insee, venue.postcode, paper.*
FROM (SELECT
        (SELECT count(*) FROM refused_code WHERE by = :by AND at > :since_person AND reason = :unknown) AS by_person,
        (SELECT count(*) FROM refused_code WHERE operator_id = :operator_id AND at > :since_operator
           AND reason = :unknown) AS by_operator) AS tried
LEFT JOIN venue ON venue.id = :venue_id AND venue.operator_id = :operator_id
LEFT JOIN ({papers}) AS paper ON true"""
_SHOWN_BY_CODE = for_the_driver(text(_SHOWN.format(papers=_BY_CODE)))
_SHOWN_BY_SERIAL = for_the_driver(text(_SHOWN.format(papers=_BY_SERIAL)))

Paper = Mapping[str, Any]
"""One paper that was shown, with the terms of its campaign: the columns of the SELECT above."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The service that the vouchers are to pay for."""

    venue_id: UUID
    served_on: date
    today: date
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What lies on the counter: for each code that was given, the paper, or why there is none."""

    venue_no: int
    papers: tuple[Paper | Refusal, ...]


@dataclass(eq=False)
class VenueIsNotYours(Refusal):
    """You cannot take vouchers for this venue: choose one of your own.

    FR: Vous ne pouvez pas encaisser pour ce lieu : choisissez l'un des vôtres.
    """

    kind = Kind.UNKNOWN
    venue_id: UUID


@dataclass(eq=False)
class CodeIsUnknown(Refusal):
    """No voucher bears this code: compare it with the paper, letter by letter.

    FR: Aucun pass ne porte ce code : comparez-le au papier, lettre par lettre.
    """

    kind = Kind.UNKNOWN


def show(session: Session, *, codes: Sequence[bytes], on: Occasion, counter: Counter) -> Shown:
    """Read the papers behind the fingerprints of codes, in their order.

    Raises ``TooManyUnknownCodes`` or ``VenueIsNotYours``; a code that does not exist is a ``CodeIsUnknown`` at
    its place.
    """
    rows = _read(session, _SHOWN_BY_CODE, on, counter, macs=list(codes))
    found = {bytes(row["mac"]): row for row in rows if row["mac"] is not None}
    return Shown(rows[0]["venue_no"], tuple(found.get(mac) or CodeIsUnknown() for mac in codes))


def show_serial(session: Session, *, campaign_id: int, serial: str, on: Occasion, counter: Counter) -> Shown:
    """Read the last issue of a serial, for a paper that cannot be read; no code is needed.

    Raises ``TooManyUnknownCodes`` or ``VenueIsNotYours``; a serial that does not exist is a ``VoucherIsUnknown``.
    """
    rows = _read(session, _SHOWN_BY_SERIAL, on, counter, campaign_id=campaign_id, serial=serial)
    paper = rows[0] if rows[0]["serial"] is not None else VoucherIsUnknown((serial,))
    return Shown(rows[0]["venue_no"], (paper,))


def turned(paper: Paper | Refusal, refusal: Refusal) -> Turned:
    """Say what will be remembered of a paper that was refused."""
    if isinstance(paper, Refusal):
        return Turned(refusal.code())
    return Turned(refusal.code(), paper["campaign_id"], paper["serial"])


def is_inferred(paper: Paper) -> bool:
    """Say whether taking this paper is the first sign that its booklet was handed over."""
    return bool(paper["place"] != accounts.BENEFICIARIES)


def read_codes(typed: Sequence[str], pepper: bytes) -> Iterator[bytes | Refusal]:
    """Fingerprint what was typed or scanned; what cannot be a voucher's comes as the refusal that says why."""
    for one in typed:
        try:
            letters = code.read(one)
            yield TrainingCode() if training.is_training(letters) else code.mac(pepper, letters)
        except Refusal as refusal:
            yield refusal


def _read(
    session: Session, statement: str, on: Occasion, counter: Counter, **which: Any
) -> list[dict[str, Any]]:
    parameters = which | {
        "venue_id": on.venue_id,
        "served_on": on.served_on,
        "operator_id": counter.by.organisation_id,
        "by": counter.by.user_id,
        "since_person": counter.at - refused_codes.PERSON_WINDOW,
        "since_operator": counter.at - refused_codes.OPERATOR_WINDOW,
        "unknown": UNKNOWN,
    }
    rows = directly(session, statement, parameters)
    refused_codes.refuse_guessing(rows[0]["by_person"], rows[0]["by_operator"])
    if rows[0]["venue_no"] is None:
        raise VenueIsNotYours(on.venue_id)
    return rows
