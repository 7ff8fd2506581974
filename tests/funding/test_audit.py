"""Each promise about the campaigns' money, broken by hand, is found by the check that makes it."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import life
from tests.world import World
from voucher_service.funding import audit
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.finding import Finding


def test_the_money_of_a_campaign_that_lived_has_no_finding(lived: Engine) -> None:
    with Session(lived) as session:
        assert [one for check in audit.CHECKS for one in check(session)] == []


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE transfer SET credit = 'nobody' WHERE credit = 'suspense'", "money-answers-for-everything"),
        ("UPDATE transfer SET debit = 'elsewhere' WHERE debit = 'bank'", "money-answers-for-everything"),
        (
            "UPDATE transfer SET colour = 1 WHERE debit = 'bank' AND colour > 1",
            "money-answers-for-everything",
        ),
        (
            "UPDATE transfer SET debit = 'suspense' WHERE debit LIKE '%/receivable'",
            "receivable-equals-pledged",
        ),
        ("UPDATE transfer SET amount = amount + 100 WHERE credit = 'bank'", "refunds-are-in-the-books"),
        ("UPDATE transfer SET amount = 1000000 WHERE credit = 'bank'", "money-is-never-overdrawn"),
        (
            """UPDATE record SET position = position + 1000
               WHERE entry_no IN (SELECT no FROM entry WHERE kind = 'deposit')""",
            "money-is-never-overdrawn",
        ),
        ("UPDATE deposit SET amount_cents = 778 WHERE reference = 'UNKNOWN'", "deposits-are-in-the-books"),
        ("UPDATE deposit SET matched_cents = 1 WHERE reference = 'UNKNOWN'", "deposits-are-in-the-books"),
        ("UPDATE deposit SET received_on = received_on - 1", "deposits-are-in-the-books"),
        ("DELETE FROM deposit WHERE reference = 'UNKNOWN'", "deposits-are-in-the-books"),
        ("UPDATE pledge SET amount_cents = amount_cents + 1", "pledges-are-in-the-books"),
        ("UPDATE pledge SET funder = 'etat'", "pledges-are-in-the-books"),
        ("DELETE FROM funder_refund", "refunds-are-in-the-books"),
        ("UPDATE clearance SET amount_cents = 599 WHERE amount_cents = 600", "clearances-are-in-the-books"),
        ("UPDATE clearance SET funder = 'etat' WHERE amount_cents = 600", "clearances-are-in-the-books"),
        ("UPDATE clearance SET funder = 'etat' WHERE funder IS NULL", "clearances-are-in-the-books"),
        ("UPDATE clearance SET decided_on = decided_on - 1", "clearances-are-in-the-books"),
        ("DELETE FROM clearance WHERE funder IS NULL", "clearances-are-in-the-books"),
        (
            "UPDATE transfer SET credit = 'funds/etat' WHERE amount = 600 AND credit = 'funds/metropole'",
            "clearances-are-in-the-books",
        ),
        ("UPDATE clearance SET amount_cents = 601 WHERE amount_cents = 600", "nothing-leaves-suspense-twice"),
        (
            "UPDATE deposit SET matched_cents = 1 WHERE reference = 'FOUND'",
            "nothing-leaves-suspense-twice",
        ),
        (
            """UPDATE transfer SET colour = (SELECT min(no) FROM colour WHERE face_cents = 1 AND no > 1)
               WHERE debit = 'suspense'""",
            "suspense-holds-what-each-sender-sent",
        ),
    ],
)
def test_a_broken_promise_about_money_is_found(lived: Engine, damage: str, check: str) -> None:
    with life.tampered(lived, damage) as session:
        assert check in life.found(session)


def test_euros_that_change_hands_between_funders_are_found_by_both_their_names(lived: Engine) -> None:
    etats = """UPDATE transfer SET colour = (SELECT colour FROM colour_share JOIN colour ON no = colour
               WHERE funder = 'etat' AND face_cents = 1 AND advanced_cents = 1) WHERE credit = 'funds/metropole'"""
    with life.tampered(lived, etats) as session:
        found = {one.subject for one in audit.receivable_equals_pledged(session)}

    assert found == {"1:etat", "1:metropole"}


def test_a_campaign_paid_by_a_public_accountant_answers_for_its_commitments(
    given: World, session: Session
) -> None:
    given.campaign(money_side=MoneySide.COMMITMENT)
    given.active(1)

    assert [one for check in audit.CHECKS for one in check(session)] == []


def test_the_finding_says_what_is_held_and_what_is_answered_for(lived: Engine) -> None:
    stray = "INSERT INTO transfer VALUES (1, (SELECT max(no) FROM entry), 9, 'bank', 'nobody', 500, 1)"
    with life.tampered(lived, stray) as session:
        assert list(audit.money_answers_for_everything(session)) == [
            Finding("money-answers-for-everything", "1:-", "money 1277, answered for 777")
        ]
