"""Presentation: what the service knows of the codes that a venue shows, and why one may not be taken.

One SELECT reads everything that decides, whatever the number of codes. The rules are then a list, in the
order in which a person would want to hear them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts
from voucher_service.vouchers import code, refused_codes, spent
from voucher_service.vouchers.refused_codes import UNKNOWN, Counter, Turned
from voucher_service.vouchers.register import VoucherIsUnknown

_PAPERS = """
SELECT code.mac, code.campaign_id, code.serial, code.issue, voucher.booklet, voucher.colour,
       campaign.series, campaign.face_cents, campaign.use_from, campaign.use_until, campaign.present_until,
       campaign.late_entry_days, campaign.handover_required, campaign.state_funded, campaign.services,
       campaign.territory, campaign.payment_days,
       account.balance, account.version, booklet.balance AS papers, booklet.version AS booklet_version,
       moved.place,
       coalesce((SELECT blocked FROM campaign_block WHERE campaign_block.campaign_id = code.campaign_id
                 ORDER BY no DESC LIMIT 1), false) AS blocked,
       (SELECT decision FROM accreditation
        WHERE accreditation.campaign_id = code.campaign_id AND accreditation.venue_id = :venue_id
          AND effective_on <= :served_on ORDER BY effective_on DESC, id DESC LIMIT 1) AS decision,
       (SELECT count(*) FROM redemption_reversal AS undone
        WHERE undone.campaign_id = code.campaign_id AND undone.serial = code.serial AND undone.issue = code.issue)
           AS turn
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
_SHOWN_BY_CODE = text(_SHOWN.format(papers=_BY_CODE))
_SHOWN_BY_SERIAL = text(_SHOWN.format(papers=_BY_SERIAL))

Paper = RowMapping
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

    FR: Aucun chèque ne porte ce code : comparez-le au papier, lettre par lettre.
    """

    kind = Kind.UNKNOWN


@dataclass(eq=False)
class VoucherIsNotYoursToTake(Refusal):
    """Your venue is not accredited for this voucher's campaign: send the person to a venue that is.

    FR: Votre lieu n'est pas accrédité pour la campagne de ce chèque : orientez la personne vers un lieu qui l'est.
    """

    series: str
    served_on: date


@dataclass(eq=False)
class VenueIsOutsideTheTerritory(Refusal):
    """This voucher is good in its own territory only, and your venue is outside it.

    FR: Ce chèque ne vaut que sur son territoire, et votre lieu est en dehors.
    """

    series: str


@dataclass(eq=False)
class ServiceIsNotPaidFor(Refusal):
    """This campaign does not pay for that service: choose one that it pays for.

    FR: Cette campagne ne paie pas ce service : choisissez-en un qu'elle paie.
    """

    kind = Kind.INVALID
    services: list[str]


@dataclass(eq=False)
class DayOfServiceIsOutOfBounds(Refusal):
    """The day of service must be today or a few days ago: later entries go through the finance team.

    FR: Le jour du service doit être aujourd'hui ou remonter à quelques jours : au-delà, écrivez au service financier.
    """

    kind = Kind.INVALID
    earliest_on: date
    latest_on: date


@dataclass(eq=False)
class VoucherIsNotYetGood(Refusal):
    """This voucher cannot be used before the day that is shown.

    FR: Ce chèque ne peut pas servir avant la date indiquée.
    """

    serial: str
    use_from: date


@dataclass(eq=False)
class VoucherIsExpired(Refusal):
    """This voucher's time is over: tell the person that it can no longer be used.

    FR: Ce chèque est périmé : dites à la personne qu'il ne peut plus servir.
    """

    serial: str
    use_until: date
    present_until: date


@dataclass(eq=False)
class BookletIsNotHandedOver(Refusal):
    """This voucher's booklet was not handed over to anybody: send the person back to the social worker.

    FR: Le carnet de ce chèque n'a été remis à personne : renvoyez la personne vers le travailleur social.
    """

    serial: str


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


def objection(session: Session, paper: Paper, on: Occasion) -> Refusal | None:
    """Return the first reason why a venue may not take this paper, or None where it may."""
    reason = next((refusal for rule in _RULES if (refusal := rule(paper, on)) is not None), None)
    if reason is None and paper["balance"] < paper["face_cents"]:
        return spent.explain(
            session, campaign_id=paper["campaign_id"], serial=paper["serial"], issue=paper["issue"]
        )
    return reason


def turned(paper: Paper | Refusal, refusal: Refusal) -> Turned:
    """Say what will be remembered of a paper that was refused."""
    if isinstance(paper, Refusal):
        return Turned(refusal.code())
    return Turned(refusal.code(), paper["campaign_id"], paper["serial"])


def is_inferred(paper: Paper) -> bool:
    """Say whether taking this paper is the first sign that its booklet was handed over."""
    return bool(paper["place"] != accounts.BENEFICIARIES)


def read_codes(typed: Sequence[str], pepper: bytes) -> Iterator[bytes | Refusal]:
    """Fingerprint what was typed or scanned; what cannot be a code comes as the refusal that says why."""
    for letters in typed:
        try:
            yield code.mac(pepper, code.read(letters))
        except Refusal as refusal:
            yield refusal


def _read(
    session: Session, statement: Any, on: Occasion, counter: Counter, **which: Any
) -> Sequence[RowMapping]:
    parameters = which | {
        "venue_id": on.venue_id,
        "served_on": on.served_on,
        "operator_id": counter.by.organisation_id,
        "by": counter.by.user_id,
        "since_person": counter.at - refused_codes.PERSON_WINDOW,
        "since_operator": counter.at - refused_codes.OPERATOR_WINDOW,
        "unknown": UNKNOWN,
    }
    # Core, not ORM: this one runs before every redemption.
    rows = session.connection().execute(statement, parameters).mappings().all()
    refused_codes.refuse_guessing(rows[0]["by_person"], rows[0]["by_operator"])
    if rows[0]["venue_no"] is None:
        raise VenueIsNotYours(on.venue_id)
    return rows


def _campaign_is_open(paper: Paper, _on: Occasion) -> Refusal | None:
    return CampaignIsBlocked(paper["series"]) if paper["blocked"] else None


def _venue_is_accredited(paper: Paper, on: Occasion) -> Refusal | None:
    accredited = paper["decision"] == "accredited"
    return None if accredited else VoucherIsNotYoursToTake(paper["series"], on.served_on)


def _venue_is_in_the_territory(paper: Paper, _on: Occasion) -> Refusal | None:
    where = (paper["insee"] or "", paper["postcode"] or "")
    inside = not paper["territory"] or any(
        place.startswith(tuple(paper["territory"])) for place in where if place
    )
    return None if inside else VenueIsOutsideTheTerritory(paper["series"])


def _day_is_within_bounds(paper: Paper, on: Occasion) -> Refusal | None:
    earliest = on.today - timedelta(days=paper["late_entry_days"])
    within = earliest <= on.served_on <= on.today
    return None if within else DayOfServiceIsOutOfBounds(earliest, on.today)


def _voucher_is_in_its_time(paper: Paper, on: Occasion) -> Refusal | None:
    if on.served_on < paper["use_from"]:
        return VoucherIsNotYetGood(paper["serial"], paper["use_from"])
    if on.served_on > paper["use_until"] or on.today > paper["present_until"]:
        return VoucherIsExpired(paper["serial"], paper["use_until"], paper["present_until"])
    return None


def _service_is_paid_for(paper: Paper, on: Occasion) -> Refusal | None:
    refused = on.service is not None and paper["services"] and on.service not in paper["services"]
    return ServiceIsNotPaidFor(list(paper["services"])) if refused else None


def _booklet_left_the_stock(paper: Paper, _on: Occasion) -> Refusal | None:
    held = paper["place"].startswith(("custody/prescriber/", "custody/transit/"))
    good = paper["place"] == accounts.BENEFICIARIES or (held and not paper["handover_required"])
    # A void or spent paper says so first: its booklet may be anywhere.
    return None if good or paper["balance"] == 0 else BookletIsNotHandedOver(paper["serial"])


_RULES: tuple[Callable[[Paper, Occasion], Refusal | None], ...] = (
    # Another network's campaign is nobody's business here: whoever is not accredited hears nothing else.
    _venue_is_accredited,
    _campaign_is_open,
    _venue_is_in_the_territory,
    _day_is_within_bounds,
    _voucher_is_in_its_time,
    _service_is_paid_for,
    _booklet_left_the_stock,
)
