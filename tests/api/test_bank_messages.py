"""Tests of the bank's files over the API: heard, listed, left to a person, explained, set beside the books."""

from typing import Any

import pytest

from tests.api.callers import Caller
from tests.api.test_payment_runs import IBAN, Till, opened
from tests.api.town import API, SERIES, Town, refused
from tests.settlement.bank.told import credit, day
from tests.settlement.camt import balance, entry, statement
from tests.settlement.pain002 import answer, said
from voucher_service.kernel.actor import Role

MESSAGES = f"{API}/bank-messages"
LINES = f"{API}/bank-lines"
RESOLUTIONS = f"{API}/bank-resolutions"
XML = {"content_type": "application/xml"}


@pytest.fixture
def till(empty_town: Town) -> Till:
    """Give an order of one payment of 20 € that left for the bank."""
    till = opened(empty_town)
    till.approved()
    assert till.export().status_code == 201
    return till


def heard(finance: Caller, data: bytes) -> dict[str, Any]:
    reply = finance.post(MESSAGES, data=data, **XML)
    assert reply.status_code == 201, reply.get_json()
    known: dict[str, Any] = reply.get_json()
    assert reply.headers["Location"].endswith(f"/bank-messages/{known['message']}")
    return known


def test_a_statement_is_read_and_says_what_became_of_each_line(till: Till) -> None:
    told = day(entry("20.00", end_to_end="PN-2026-R1-1"), credit("33.00", name="Inconnu"))

    first, again = heard(till.clerk, told), heard(till.clerk, told)

    assert (first["kind"], first["is_new"], first["told"], first["known"]) == ("camt.053", True, 2, 0)
    assert first["understood"] == [{"meaning": "payment", "movements": 1}]
    assert [line["doubt"] for line in first["waiting"]] == ["unknown"]
    assert (again["is_new"], again["known"], again["message"]) == (False, 1, first["message"])
    listed = till.town.auditor.get(MESSAGES).get_json()["items"]
    assert [one["message"] for one in listed] == [first["message"]]


def test_an_answer_says_which_payments_the_bank_refused(till: Till) -> None:
    known = heard(till.clerk, answer(said("PN-2026-R1-1", "RJCT", "AC04")))
    read = till.town.auditor.get(f"{MESSAGES}/{known['message']}").get_json()

    assert (known["kind"], known["refused"]) == ("pain.002", ["PN-2026-R1-1"])
    assert read["answers"] == [
        {
            "end_to_end_id": "PN-2026-R1-1",
            "answer": "rejected",
            "status": "RJCT",
            "reason": "AC04",
            "doubt": None,
        }
    ]
    assert till.read()["state"] == "returned"


def test_a_movement_that_waits_is_read_with_what_it_could_be_and_explained_once(till: Till) -> None:
    [line] = heard(till.clerk, day(entry("20.00", end_to_end="NOTPROVIDED")))["waiting"]
    shown = till.clerk.get(f"{LINES}/{line['line']}").get_json()
    best = shown["suggestions"][0]
    wanted = {
        "line": line["line"],
        "meaning": best["meaning"],
        "series": SERIES,
        "reference": best["reference"],
    }

    done = till.clerk.post(RESOLUTIONS, wanted | {"note": "Vu avec la banque"})
    again = till.clerk.post(RESOLUTIONS, wanted)

    assert (best["reference"], best["why"]) == ("PN-2026-R1-1", ["same-amount"])
    assert (done.status_code, done.get_json()["is_automatic"]) == (201, False)
    assert refused(again) == (409, "line-is-explained")
    assert till.clerk.get(LINES).get_json()["items"] == []
    [known] = till.clerk.get(f"{LINES}?is_waiting=false").get_json()["items"]
    assert (known["meaning"], known["series"]) == ("payment", SERIES)
    assert till.read()["state"] == "paid"


def test_movements_are_listed_a_page_at_a_time(till: Till) -> None:
    heard(till.clerk, day(*(credit(f"{number}.00", reference=f"V{number}") for number in (1, 2, 3))))

    first = till.clerk.get(f"{LINES}?limit=2").get_json()
    rest = till.clerk.get(f"{LINES}?limit=2&cursor={first['next_cursor']}").get_json()

    amounts = [row["amount_cents"] for row in first["items"] + rest["items"]]
    assert amounts == [300, 200, 100]
    assert rest["next_cursor"] is None
    found = till.clerk.get(f"{LINES}?amount_cents=200&is_credit=true").get_json()["items"]
    assert [row["reference"] for row in found] == ["V2"]


def test_the_bank_is_set_beside_the_books_day_by_day(till: Till) -> None:
    told = day(balance("OPBD", "100.00"), balance("CLBD", "80.00"), entry("20.00", end_to_end="PN-2026-R1-1"))
    heard(till.clerk, told)

    [one] = till.town.auditor.get(f"{API}/bank-days?iban={IBAN}").get_json()["items"]

    assert (one["bank_cents"], one["gap_cents"], one["on"]) == (8_000, 0, "2026-11-24")
    assert one["difference_cents"] == one["bank_cents"] - one["ledger_cents"] - one["waiting_cents"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "statement-is-empty"),
        (b"PK\x03\x04rest", "statement-is-zipped"),
        (b"<html/>", "statement-is-not-read"),
        (statement(entry()), "statement-is-of-another-account"),
        (statement(entry(), head="<!DOCTYPE x>"), "statement-declares-a-doctype"),
    ],
)
def test_what_is_no_file_of_our_bank_is_refused_clearly(till: Till, data: bytes, code: str) -> None:
    french = till.clerk.post(MESSAGES, data=data, headers={"Accept-Language": "fr"}, **XML)

    assert refused(french) == (422, code)
    assert french.get_json()["title"].startswith(("Le fichier", "Nous ne", "Ce fichier"))


def test_only_finance_explains_movements_and_the_unknown_is_unknown(till: Till) -> None:
    auditor, operator = till.town.auditor, till.town.someone(Role.OPERATOR)
    wanted = {"line": 999, "meaning": "not-ours", "series": SERIES}

    assert refused(till.clerk.post(RESOLUTIONS, wanted)) == (404, "bank-line-is-unknown")
    assert refused(till.clerk.get(f"{LINES}/999")) == (404, "bank-line-is-unknown")
    assert refused(till.clerk.get(f"{MESSAGES}/999")) == (404, "bank-message-is-unknown")
    assert refused(auditor.post(RESOLUTIONS, wanted)) == (403, "duty-is-not-yours")
    assert refused(operator.get(LINES)) == (403, "duty-is-not-yours")
