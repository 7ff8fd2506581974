"""Service: what a venue says of the service that vouchers pay for."""

from datetime import date
from typing import Any

from voucher_service.api.wire import Cents, Choice, Day, Id, Whole, Wire
from voucher_service.network.mediators import Standing
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.presentation import Occasion

_MINUTES_OF_A_DAY = 1440
_MOST_CENTS = 1_000_000


class DeliveryRequest(Wire):
    """Which service was given, for how long, by whom, and what the person paid besides."""

    service = Choice(Service, required=True)
    minutes = Whole(least=1, most=_MINUTES_OF_A_DAY, required=True)
    out_of_pocket_cents = Cents(least=0, most=_MOST_CENTS, load_default=0)
    delivered_by = Choice(Standing, required=True)
    mediator_id = Id(load_default=None, allow_none=True)


class ServiceRequest(DeliveryRequest):
    """Where and when the service was given, by whom, and what the person paid besides."""

    venue_id = Id(required=True)
    served_on = Day(load_default=None, allow_none=True)


def occasion(wanted: dict[str, Any], today: date) -> Occasion:
    """Return the occasion that was declared; the day of service is today unless another is named."""
    return Occasion(wanted["venue_id"], wanted["served_on"] or today, today, wanted["service"])


def delivery(wanted: dict[str, Any]) -> Delivery:
    """Return how the service was delivered, as it was declared."""
    return Delivery(
        wanted["service"],
        wanted["minutes"],
        wanted["delivered_by"],
        wanted["out_of_pocket_cents"],
        wanted["mediator_id"],
    )
