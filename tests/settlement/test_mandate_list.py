"""Tests of the list from which a public accountant pays."""

from dataclasses import fields
from datetime import date

from voucher_service.kernel.money import Cents
from voucher_service.settlement.mandate_list import HEADINGS, MandateLine, rows

LINE = MandateLine(
    number=1,
    payee="Médiathèque de Villeurbanne",
    siret="21690266800013",
    iban="FR7630001007941234567890185",
    bic="BDFEFRPPCCT",
    amount_cents=Cents(12_000),
    claim_cents=Cents(1_000),
    purpose="Pass numérique, lot 3",
    agreement="CONV-2026-04",
    deliberation="2026-0142",
    commitment_number="ENG-778",
    imputation="65-6574",
    certified_by="A. Martin",
    certified_on=date(2026, 11, 30),
    supporting_statement="PN-2026-R3-1",
)


def test_every_field_of_a_mandate_stands_under_its_own_heading() -> None:
    assert list(HEADINGS) == [field.name for field in fields(MandateLine)]

    (row,) = rows([LINE])

    assert dict(zip(HEADINGS, row, strict=True)) == {name: getattr(LINE, name) for name in HEADINGS}


def test_a_claim_is_shown_beside_the_gross_amount_and_not_deducted() -> None:
    (row,) = rows([LINE])

    shown = dict(zip(HEADINGS, row, strict=True))
    assert (shown["amount_cents"], shown["claim_cents"]) == (12_000, 1_000)
