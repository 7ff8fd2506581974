"""Mandate list: what an authority's clerk needs to have its public accountant pay the venues.

An authority pays through mandates that its accountant checks and pays (« état de mandatement »): one line for
each payee, for the gross amount, since public accounting forbids netting (décret 2012-1246, art. 24). What a
payee owes back is shown beside it, as a revenue order to be issued, and never deducted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date

from voucher_service.kernel.money import Cents


@dataclass(frozen=True, slots=True)
class MandateLine:
    """One mandate to write: whom to pay, how much, on which grounds, and who certified that it was served.

    ``siret`` is the payee's own, where known: a liquidator bears no operator's. ``amount_cents`` is gross and
    ``claim_cents`` what the payee owes back. ``agreement`` and ``deliberation`` are the campaign's legal basis,
    ``supporting_statement`` the number of the venue statement joined to it.
    """

    number: int
    payee: str
    siret: str | None
    iban: str
    bic: str | None
    amount_cents: Cents
    claim_cents: Cents
    purpose: str
    agreement: str | None
    deliberation: str | None
    commitment_number: str | None
    imputation: str | None
    certified_by: str
    certified_on: date
    supporting_statement: str


HEADINGS: dict[str, tuple[str, str]] = {
    "number": ("Ligne", "Line"),
    "payee": ("Bénéficiaire", "Payee"),
    "siret": ("SIRET", "SIRET"),
    "iban": ("IBAN", "IBAN"),
    "bic": ("BIC", "BIC"),
    "amount_cents": ("Montant à mandater", "Amount to pay"),
    "claim_cents": ("Titre à émettre", "Claim to recover"),
    "purpose": ("Objet", "Purpose"),
    "agreement": ("Convention", "Agreement"),
    "deliberation": ("Délibération", "Deliberation"),
    "commitment_number": ("Numéro d'engagement", "Commitment number"),
    "imputation": ("Imputation", "Budget line"),
    "certified_by": ("Service fait certifié par", "Service certified by"),
    "certified_on": ("Service fait certifié le", "Service certified on"),
    "supporting_statement": ("Pièce justificative", "Supporting statement"),
}
"""The heading of each field of a ``MandateLine``, in French and in English, in their order."""


def rows(lines: Iterable[MandateLine]) -> Iterator[tuple[int | str | date | None, ...]]:
    """Lay ``lines`` out under ``HEADINGS``, in the order given; amounts in cents."""
    for line in lines:
        yield astuple(line)
