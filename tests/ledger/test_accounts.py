"""Accounts: their addresses, their guards, and the order in which they are locked."""

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.ledger.conftest import EMPTY, FULL, Books
from voucher_service.ledger import accounts, audit

ADDRESSES = {
    accounts.voucher("PN-2026-000123-07", 2): ("voucher/PN-2026-000123-07/2", True),
    accounts.booklet("PN-2026-000123"): ("booklet/PN-2026-000123", True),
    accounts.pledged("etat"): ("funder/etat/pledged", True),
    accounts.receivable("etat"): ("funder/etat/receivable", False),
    accounts.funds("etat"): ("funds/etat", True),
    accounts.due(12): ("venue/12/due", False),
    accounts.run(3): ("run/3", True),
    accounts.refund("etat"): ("refund/etat", True),
    accounts.prescriber(4): ("custody/prescriber/4", True),
    accounts.transit(4): ("custody/transit/4", True),
    accounts.STOCK: ("custody/stock", True),
    accounts.BENEFICIARIES: ("custody/beneficiaries", False),
    accounts.USED: ("custody/used", False),
    accounts.VOID: ("custody/void", False),
    accounts.TAKEN_IN_CHARGE: ("custody/taken-in-charge", False),
    accounts.SHORTAGE: ("custody/shortage", False),
    accounts.BOUND: ("custody-of-booklets", False),
    accounts.ACTIVATION: ("activation", False),
    accounts.SUSPENSE: ("suspense", False),
    accounts.EXPIRED: ("expired", True),
    "bank": ("bank", False),
    "commitment": ("commitment", False),
}


@pytest.mark.parametrize(("address", "expected"), ADDRESSES.items())
def test_an_address_reads_as_the_design_says_and_is_guarded_where_value_must_not_run_short(
    address: str, expected: tuple[str, bool]
) -> None:
    assert (address, accounts.is_guarded(address)) == expected


def test_the_audit_and_the_journal_agree_on_which_accounts_are_guarded(session: Session) -> None:
    guarded = text(f"SELECT address FROM unnest(CAST(:all AS text[])) AS address WHERE {audit.GUARDED}")

    by_audit = set(session.scalars(guarded, {"all": list(ADDRESSES)}))

    assert by_audit == {address for address in ADDRESSES if accounts.is_guarded(address)}


def test_vouchers_are_locked_first_then_booklets_then_what_everybody_shares() -> None:
    shuffled = ["funds/a", "voucher/B/1", "booklet/A", "custody/stock", "voucher/A/1"]

    assert sorted(shuffled, key=accounts.lock_order) == [
        "voucher/A/1",
        "voucher/B/1",
        "booklet/A",
        "custody/stock",
        "funds/a",
    ]


@examples(st.lists(st.sampled_from(sorted(ADDRESSES)), unique=True))
def test_two_acts_lock_what_they_share_in_the_same_order(addresses: list[str]) -> None:
    one = sorted(addresses, key=accounts.lock_order)
    other = sorted(sorted(ADDRESSES), key=accounts.lock_order)

    assert one == [address for address in other if address in addresses]


def test_opening_an_account_again_leaves_it_as_it_is(session: Session, mine: Books) -> None:
    accounts.open_accounts(session, campaign_id=mine.campaign_id, addresses=[FULL, "funds/new"])

    assert mine.counter(session, FULL) == (1_000, 1)
    assert mine.counter(session, "funds/new") == (0, 0)


def test_what_is_not_open_is_not_seen(session: Session, mine: Books) -> None:
    found = accounts.seen(session, campaign_id=mine.campaign_id, addresses=[EMPTY, "funds/nobody"])

    assert found == {EMPTY: (0, 0)}


def test_opening_no_account_asks_the_database_nothing(session: Session, mine: Books) -> None:
    accounts.open_accounts(session, campaign_id=mine.campaign_id, addresses=[])

    assert mine.counter(session, FULL) == (1_000, 1)
