"""Audit: the promises of this package, each checked on the whole database."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import exists, false, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.identity.separation import Duty, DutyPerformed
from voucher_service.kernel.finding import Finding
from voucher_service.network import spelling
from voucher_service.network.accreditation import Accreditation, Decision
from voucher_service.network.bank_details import BankDetails
from voucher_service.network.bank_details import Decision as BankDecision
from voucher_service.network.closing import SiteClosing, VenueClosing
from voucher_service.network.mediators import Derogation, Mediator, Standing
from voucher_service.network.operators import Operator
from voucher_service.network.prescribers import Prescriber, Site
from voucher_service.network.venues import Venue


def every_accredited_venue_has_an_operator(session: Session) -> Iterator[Finding]:
    """Somebody is paid for each venue where vouchers were ever good."""
    unpaid = (
        select(Venue.no, func.min(Accreditation.campaign_id))
        .join(Accreditation, Accreditation.venue_id == Venue.id)
        .where(Accreditation.decision == Decision.ACCREDITED, Venue.operator_id.is_(None))
        .group_by(Venue.no)
    )
    for no, campaign_id in session.execute(unpaid):
        yield _finding(every_accredited_venue_has_an_operator, f"venue/{no}", f"campaign {campaign_id}")


def every_accreditation_names_a_venue(session: Session) -> Iterator[Finding]:
    """No decision is about a venue that does not exist."""
    lost = select(Accreditation.id, Accreditation.venue_id).outerjoin(
        Venue, Venue.id == Accreditation.venue_id
    )
    for no, venue_id in session.execute(lost.where(Venue.id.is_(None))):
        yield _finding(every_accreditation_names_a_venue, f"accreditation/{no}", f"venue {venue_id}")


def every_paid_operator_has_a_siret(session: Session) -> Iterator[Finding]:
    """Public money is traced: an operator whose venue is accredited bears a SIRET."""
    untraced = (
        select(Organisation.name)
        .join(Venue, Venue.operator_id == Organisation.id)
        .join(Accreditation, Accreditation.venue_id == Venue.id)
        .where(Accreditation.decision == Decision.ACCREDITED, Organisation.siret.is_(None))
        .distinct()
    )
    for name in session.scalars(untraced):
        yield _finding(every_paid_operator_has_a_siret, name, "no SIRET")


def everyone_takes_part_in_his_capacity(session: Session) -> Iterator[Finding]:
    """A prescriber is an organisation that prescribes; an operator, one that runs venues."""
    capacities: list[tuple[Any, OrganisationKind]] = [
        (Prescriber.organisation_id, OrganisationKind.PRESCRIBER),
        (Operator.organisation_id, OrganisationKind.VENUE_OPERATOR),
    ]
    for column, kind in capacities:
        misplaced = select(Organisation.name).join(column.table, column == Organisation.id)
        for name in session.scalars(misplaced.where(Organisation.kind != kind)):
            yield _finding(everyone_takes_part_in_his_capacity, name, f"is not a {kind}")


def only_the_state_funded_have_derogations(session: Session) -> Iterator[Finding]:
    """Nobody else needs one."""
    wrong = (
        select(Derogation.id)
        .join(Mediator, Mediator.id == Derogation.mediator_id)
        .where(Mediator.standing != Standing.STATE_FUNDED)
    )
    for no in session.scalars(wrong):
        yield _finding(only_the_state_funded_have_derogations, f"derogation/{no}", "not State-funded")


def every_venue_is_found_under_its_name(session: Session) -> Iterator[Finding]:
    """The keys by which a venue is found are those of its name and place."""
    columns = (Venue.no, Venue.name, Venue.commune, Venue.name_key, Venue.commune_key)
    for no, name, commune, name_key, commune_key in session.execute(select(*columns).order_by(Venue.no)):
        if (spelling.plain(name), spelling.commune(commune)) != (name_key, commune_key):
            yield _finding(every_venue_is_found_under_its_name, f"venue/{no}", f"{name_key} {commune_key}")


def closings_are_written_down(session: Session) -> Iterator[Finding]:
    """A site or a venue is closed exactly when the last thing decided of it was to close it."""
    places: list[tuple[str, Any, Any, Any, Any]] = [
        ("site", Site, SiteClosing, SiteClosing.site_id, Site.closed_at.is_not(None)),
        ("venue", Venue, VenueClosing, VenueClosing.venue_id, Venue.closed_on.is_not(None)),
    ]
    for what, place, fact, of_place, is_closed in places:
        said = SiteClosing.is_closed if fact is SiteClosing else VenueClosing.closed_on.is_not(None)
        last = select(of_place.label("place_id"), said.label("said")).ext(distinct_on(of_place))
        decided = last.order_by(of_place, fact.id.desc()).subquery()
        written = func.coalesce(decided.c.said, false())
        joined = select(place.no).outerjoin(decided, decided.c.place_id == place.id)
        for no in session.scalars(joined.where(is_closed != written).order_by(place.no)):
            yield _finding(closings_are_written_down, f"{what}/{no}", "closed or opened without a trace")


def every_creation_of_a_venue_is_a_duty(session: Session) -> Iterator[Finding]:
    """Whoever created a venue is known as the person who did, so that a colleague accredits it."""
    done = exists().where(
        DutyPerformed.subject == func.concat("venue/", Venue.id),
        DutyPerformed.duty == Duty.CREATE_VENUE,
        DutyPerformed.user_id == Venue.registered_by,
    )
    for no in session.scalars(select(Venue.no).where(~done).order_by(Venue.no)):
        yield _finding(every_creation_of_a_venue_is_a_duty, f"venue/{no}", "its creation is nobody's duty")


def approved_accounts_had_a_second_person(session: Session) -> Iterator[Finding]:
    """Nobody decided on the bank details that he proposed, once two people were asked for."""
    # What was paid on before then was approved by the migration, at the instant when it was recorded.
    alone = (
        select(BankDetails.id)
        .join(BankDecision, BankDecision.details_id == BankDetails.id)
        .where(BankDecision.by == BankDetails.recorded_by, BankDecision.at > BankDetails.recorded_at)
    )
    for details_id in session.scalars(alone.order_by(BankDetails.id)):
        subject = f"bank-details/{details_id}"
        yield _finding(approved_accounts_had_a_second_person, subject, "decided by who proposed it")


CHECKS: Sequence[Callable[[Session], Iterator[Finding]]] = (
    every_accreditation_names_a_venue,
    every_accredited_venue_has_an_operator,
    every_paid_operator_has_a_siret,
    everyone_takes_part_in_his_capacity,
    only_the_state_funded_have_derogations,
    every_venue_is_found_under_its_name,
    closings_are_written_down,
    every_creation_of_a_venue_is_a_duty,
    approved_accounts_had_a_second_person,
)


def _finding(check: Callable[[Session], Iterator[Finding]], subject: str, detail: str) -> Finding:
    return Finding(check.__name__, subject, detail)
