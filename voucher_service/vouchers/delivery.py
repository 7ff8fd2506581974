"""Delivery: who gave the service, how long it took, and what the person paid besides.

A State-funded conseiller numérique works free of charge; a voucher may pay for that work only by a dated
derogation, and the person then pays nothing (aide.conseiller-numerique.gouv.fr, organisation of the activity).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.funding.terms import StateFunded
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import mediators
from voucher_service.network.mediators import Mediator, MediatorIsUnknown, Standing


@dataclass(frozen=True, slots=True)
class Delivery:
    """A service as the venue declares it; times in minutes, money in cents."""

    service: str
    minutes: int
    delivered_by: Standing
    out_of_pocket_cents: int = 0
    mediator_id: UUID | None = None


@dataclass(eq=False)
class StandingDiffers(Refusal):
    """This mediator is registered with another standing: correct who delivered, or the register.

    FR: Ce médiateur est inscrit avec un autre statut : corrigez qui a rendu le service, ou l'inscription.
    """

    kind = Kind.INVALID
    standing: Standing


@dataclass(eq=False)
class MediatorHasLeft(Refusal):
    """This mediator's last day was before the day of service: correct the day, or who delivered.

    FR: Le dernier jour de ce médiateur précède le jour du service : corrigez le jour, ou qui a rendu le service.
    """

    kind = Kind.INVALID
    left_on: date
    served_on: date


@dataclass(eq=False)
class StateFundedWorkIsNotPaidFor(Refusal):
    """This campaign does not pay for the work of a State-funded conseiller numérique.

    FR: Cette campagne ne paie pas le travail d'un conseiller numérique financé par l'État.
    """


@dataclass(eq=False)
class DerogationIsMissing(Refusal):
    """A State-funded conseiller needs a derogation that covers the day of service: name the conseiller.

    FR: Un conseiller financé par l'État a besoin d'une dérogation couvrant le jour du service : indiquez lequel.
    """

    served_on: date


@dataclass(eq=False)
class ServiceMustBeFree(Refusal):
    """What a State-funded conseiller delivers is free: the person pays nothing besides.

    FR: Ce que fait un conseiller financé par l'État est gratuit : la personne ne paie rien en plus.
    """

    kind = Kind.INVALID
    out_of_pocket_cents: int


def objection(
    session: Session, delivered: Delivery, *, state_funded: str, operator_id: UUID, on: date
) -> Refusal | None:
    """Return why the campaign's rule does not allow who delivered, or None where it does.

    It is a ``MediatorIsUnknown``, ``StandingDiffers``, ``MediatorHasLeft``, ``StateFundedWorkIsNotPaidFor``,
    ``ServiceMustBeFree`` or ``DerogationIsMissing``.
    """
    if delivered.mediator_id is not None:
        mediator = session.get(Mediator, delivered.mediator_id)
        if mediator is None or mediator.operator_id != operator_id:
            return MediatorIsUnknown(delivered.mediator_id)
        unfit = _objection_to_mediator(mediator, delivered, on)
        if unfit is not None:
            return unfit
    if delivered.delivered_by is Standing.STATE_FUNDED:
        return _objection_to_state_funded(session, delivered, state_funded, on)
    return None


def _objection_to_mediator(mediator: Mediator, delivered: Delivery, on: date) -> Refusal | None:
    if mediator.standing is not delivered.delivered_by:
        return StandingDiffers(mediator.standing)
    if mediator.left_on is not None and mediator.left_on < on:
        return MediatorHasLeft(mediator.left_on, on)
    return None


def _objection_to_state_funded(
    session: Session, delivered: Delivery, state_funded: str, on: date
) -> Refusal | None:
    if state_funded == StateFunded.REFUSED:
        return StateFundedWorkIsNotPaidFor()
    if delivered.out_of_pocket_cents:
        return ServiceMustBeFree(delivered.out_of_pocket_cents)
    named = delivered.mediator_id
    if named is None or mediators.find_derogation(session, mediator_id=named, on=on) is None:
        return DerogationIsMissing(on)
    return None
