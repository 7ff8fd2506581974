"""Each promise about payments by exception, broken by hand, is found by the check that makes it."""

from datetime import date

import pytest
from sqlalchemy import create_engine

from tests import life
from tests.books import findings_in
from tests.expiring import AFTER_ALL, expire
from tests.vouchers.test_contest_answers import contest, decide, propose
from tests.world import World, serials_of
from voucher_service.vouchers.expiry import Stage

ANSWERED = "contests-are-answered-once-by-two"
REVIVED = "what-expired-comes-back-by-exception"


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE contest_decision SET by = (SELECT by FROM contest_proposal)", ANSWERED),
        ("UPDATE contest_decision SET agreed = false", ANSWERED),
        ("UPDATE contest_decision SET redemption_id = NULL", ANSWERED),
        ("UPDATE contest_decision SET redemption_id = NULL", REVIVED),
        ("UPDATE contest_proposal SET answer = 'refused'", ANSWERED),
        ("UPDATE contested_refusal SET served_on = served_on - 1", ANSWERED),
        ("UPDATE contested_refusal SET operator_id = gen_random_uuid()", ANSWERED),
        ("UPDATE transfer SET amount = 900 WHERE debit = 'expired'", REVIVED),
    ],
)
def test_a_broken_promise_about_exceptions_is_found(
    committed: World, owner_url: str, damage: str, check: str
) -> None:
    committed.campaign()
    [booklet], shop = committed.in_hand(), committed.shop()
    expire(committed, Stage.EVERYTHING, AFTER_ALL)
    served_on = date(2026, 12, 30)
    contested = contest(committed, serials_of(booklet)[0], shop, served_on=served_on, today=AFTER_ALL)
    decide(committed, propose(committed, contested, today=AFTER_ALL), today=AFTER_ALL)
    assert findings_in(committed) == []
    owner = create_engine(owner_url)

    with life.tampered(owner, damage) as session:
        found = life.found(session)

    owner.dispose()
    assert check in found
