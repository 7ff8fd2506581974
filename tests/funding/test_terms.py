from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from voucher_service.funding.terms import (
    DueOn,
    KeyPart,
    LegalBasis,
    MoneySide,
    Terms,
    TermsAreInconsistent,
    refuse_inconsistent,
)

TERMS = Terms(
    name="Campagne fictive",
    legal_basis=LegalBasis.CONVENTION_DE_MANDAT,
    legal_reference="C-2026-01",
    deliberation="D-2026-01",
    decided_on=date(2026, 1, 15),
    money_side=MoneySide.BANK,
    use_from=date(2026, 2, 1),
    use_until=date(2026, 12, 31),
    present_until=date(2027, 1, 31),
)
STATE = KeyPart("etat", 0, 1, DueOn.USED)
CITY = KeyPart("metropole", 1, 1, DueOn.BOUGHT)


def _fault(
    series: str = "PN-2026", terms: Terms = TERMS, key: Sequence[KeyPart] = (STATE, CITY)
) -> str | None:
    try:
        refuse_inconsistent(series, terms, key)
    except TermsAreInconsistent as refused:
        return refused.field
    return None


@pytest.mark.parametrize("series", ["PN-2026", "HT-2099", "DEMO-2026", "PN2-2026"])
def test_a_series_is_letters_and_a_year(series: str) -> None:
    assert _fault(series) is None


@pytest.mark.parametrize(
    "series", ["", "pn-2026", "P-2026", "PN-1999", "PN-2026-1", "PN 2026", "PN-2026\n", "ÉT-2026"]
)
def test_what_is_no_series_is_refused(series: str) -> None:
    assert _fault(series) == "series"


@pytest.mark.parametrize(
    "changed",
    [
        {"use_until": date(2026, 2, 1)},
        {"present_until": date(2026, 12, 31)},
        {"face_cents": 100},
        {"face_cents": 100_000},
        {"booklet_size": 5},
        {"late_entry_days": 0},
        {"late_entry_days": 400},
        {"payment_days": 0},
        {"payment_days": 365},
        {"booklets_per_person": 1, "vouchers_per_visit": 1, "ceiling_cents": 10_000},
        {"booklets_per_person": 100, "vouchers_per_visit": 20, "ceiling_cents": 10**12},
    ],
)
def test_terms_may_reach_their_bounds(changed: dict[str, Any]) -> None:
    assert _fault(terms=replace(TERMS, **changed)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("use_until", date(2026, 1, 31)),
        ("present_until", date(2026, 12, 30)),
        ("face_cents", 99),
        ("face_cents", 100_001),
        ("booklet_size", 7),
        ("late_entry_days", -1),
        ("late_entry_days", 401),
        ("payment_days", -1),
        ("payment_days", 366),
        ("booklets_per_person", 0),
        ("booklets_per_person", 101),
        ("vouchers_per_visit", 0),
        ("vouchers_per_visit", 21),
        ("ceiling_cents", 9_999),
    ],
)
def test_the_field_that_is_wrong_is_named(field: str, value: Any) -> None:
    assert _fault(terms=replace(TERMS, **{field: value})) == field


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ([], "key"),
        ([CITY, CITY], "key"),
        ([CITY, KeyPart("etat", -1, 1, DueOn.USED)], "key"),
        ([CITY, KeyPart("etat", 1, -1, DueOn.USED)], "key"),
        ([CITY, KeyPart("etat", 0, 0, DueOn.USED)], "key"),
        ([STATE], "advanced_parts"),
        ([KeyPart("metropole", 1, 0, DueOn.BOUGHT)], "borne_parts"),
    ],
)
def test_somebody_advances_and_somebody_bears_and_nobody_is_there_for_nothing(
    key: list[KeyPart], field: str
) -> None:
    assert _fault(key=key) == field
