"""Amounts: what is paid as people read it: gross, what is taken back, net; one figure where nothing is taken back."""

from typing import Protocol

from flask_babel import gettext

from voucher_service.web.words import euros


class Netted(Protocol):
    """Whatever is paid net of claims: a payment, what a run holds, what it would hold."""

    @property
    def netted_cents(self) -> int:
        """What is taken back, in cents."""

    @property
    def net_cents(self) -> int:
        """What is left to pay, in cents."""


def lines(of: Netted) -> list[tuple[str, str]]:
    """Say what is paid in one line, or in three where claims are taken back: label and euros."""
    if not of.netted_cents:
        return [(gettext("Montant"), euros(of.net_cents))]
    return [
        (gettext("Montant brut"), euros(of.net_cents + of.netted_cents)),
        (gettext("À rendre, déduit"), euros(-of.netted_cents)),
        (gettext("Net à payer"), euros(of.net_cents)),
    ]
