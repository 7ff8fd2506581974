"""Laying: the papers on the counter, each with what it is worth or why it is refused; nothing is taken yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import clock
from voucher_service.network import accreditation, mediators
from voucher_service.network.mediators import Mediator, Standing
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import lookup, presentation
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.lookup import Looked, Sorted
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.web.context import actor, site
from voucher_service.web.venue import forms, wording


@dataclass(frozen=True, slots=True)
class Laid:
    """One paper on the counter: its code, which is never shown, and what the service says of it."""

    code: str
    looked: Looked
    campaign: Campaign | None = None

    @property
    def is_good(self) -> bool:
        """Whether it can be taken."""
        return self.looked.outcome is Sorted.GOOD


def own_venues(session: Session) -> Sequence[Venue]:
    """Return the venues of the reader's organisation, those first where passes are taken today."""
    today = clock.civil_date(clock.now())
    return accreditation.counters_of(session, operator_id=actor().organisation_id, on=today)


def look(
    session: Session, codes: Sequence[str], *, venue_id: UUID, served_on: date | None = None
) -> list[Laid]:
    """Say of each code what it is worth for a service of that day, today where none is named.

    Raises the refusals of ``lookup.look_up``.
    """
    at = clock.now()
    today = clock.civil_date(at)
    looked = lookup.look_up(
        session,
        codes=fingerprints(codes),
        on=Occasion(venue_id, served_on or today, today),
        counter=Counter(at, actor(), venue_id),
    )
    worth = {one.series for one in looked if one.series and one.face_cents}
    known = {series: campaigns.get(session, series) for series in sorted(worth)}
    return [Laid(code, one, known.get(one.series or "")) for code, one in zip(codes, looked, strict=True)]


def services_of(laid: Sequence[Laid]) -> list[Service]:
    """Return the services that all the campaigns on the counter pay for."""
    bounds = [set(one.campaign.services) for one in laid if one.campaign and one.campaign.services]
    return [service for service in Service if all(service in bound for bound in bounds)] or list(Service)


def fingerprints(codes: Sequence[str]) -> list[Any]:
    """Fingerprint what was typed or scanned."""
    return list(presentation.read_codes(codes, site().keys.code_pepper()))


def apart(codes: Sequence[str]) -> list[str]:
    """Return codes without those that come a second time, however they were written."""
    seen: dict[Any, str] = {}
    for code, print_ in zip(codes, fingerprints(codes), strict=True):
        seen.setdefault(print_ if isinstance(print_, bytes) else code, code)
    return list(seen.values())


def delivery(session: Session, said: dict[str, Any]) -> Delivery:
    """Return how the service was delivered, as the form says it.

    Raises ``MediatorIsUnknown``.
    """
    who, minutes = said["who"], said.get("other_minutes") or said["minutes"]
    mediator = mediators.own(session, mediator_id=who, by=actor()) if isinstance(who, UUID) else None
    return Delivery(
        service=said["service"],
        minutes=minutes,
        delivered_by=mediator.standing if mediator else who,
        out_of_pocket_cents=said.get("out_of_pocket_cents") or 0,
        mediator_id=mediator.id if mediator else None,
    )


def chosen(session: Session) -> dict[str, Any]:
    """Return what the forms of the counter offer to choose from: venues, durations, people."""
    today = clock.civil_date(clock.now())
    places = own_venues(session)
    return {
        "venues": places,
        "places": [(str(venue.id), f"{venue.name}, {venue.commune}") for venue in places],
        "durations": [(minutes, wording.duration(minutes)) for minutes in forms.MINUTES],
        "people": people(session, today),
        "tell": wording.tell,
        "why": wording.why,
    }


def people(session: Session, today: date) -> list[tuple[str, str]]:
    """Return who may have given the service: the mediators of the list, then the sorts of persons."""
    known = mediators.search(session, by=actor(), operator_id=actor().organisation_id, limit=200)
    present = [one for one in known if one.left_on is None or one.left_on >= today]
    return [(str(one.id), _named(one)) for one in present] + wording.choices(Standing)


def _named(mediator: Mediator) -> str:
    return f"{mediator.label} – {wording.label(mediator.standing)}"
