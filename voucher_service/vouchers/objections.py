"""Objections: why a venue may not take a paper, in the order in which a person would want to hear it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts
from voucher_service.vouchers import spent
from voucher_service.vouchers.presentation import Occasion, Paper


@dataclass(eq=False)
class VoucherIsNotYoursToTake(Refusal):
    """Your venue is not accredited for this voucher's campaign: send the person to a venue that is.

    FR: Votre lieu n'est pas accrédité pour la campagne de ce pass : orientez la personne vers un lieu qui l'est.
    """

    series: str
    served_on: date


@dataclass(eq=False)
class VenueIsOutsideTheTerritory(Refusal):
    """This voucher is good in its own territory only, and your venue is outside it.

    FR: Ce pass ne vaut que sur son territoire, et votre lieu est en dehors.
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

    FR: Ce pass ne peut pas servir avant la date indiquée.
    """

    serial: str
    use_from: date


@dataclass(eq=False)
class BookletIsNotHandedOver(Refusal):
    """This voucher's booklet was not handed over to anybody: send the person back to the social worker.

    FR: Le carnet de ce pass n'a été remis à personne : renvoyez la personne vers le travailleur social.
    """

    serial: str


def find(session: Session, paper: Paper, on: Occasion) -> Refusal | None:
    """Return the first reason why a venue may not take this paper, or None where it may."""
    reason = next((refusal for rule in _RULES if (refusal := rule(paper, on)) is not None), None)
    if reason is None and paper["balance"] < paper["face_cents"]:
        return spent.explain(
            session, campaign_id=paper["campaign_id"], serial=paper["serial"], issue=paper["issue"]
        )
    return reason


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
        return spent.VoucherIsExpired(paper["serial"], paper["use_until"], paper["present_until"])
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
