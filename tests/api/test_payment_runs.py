"""A run through the API: frozen, approved by another person, sent to the bank, confirmed by its statement."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pyotp
import pytest
from lxml import etree
from werkzeug.test import TestResponse

from tests.api.callers import PASSPHRASE, Caller, sign_in, with_passphrase
from tests.api.town import API, SERIES, Town, refused, today
from tests.settlement.camt import entry, statement
from tests.settlement.test_sepa import SCHEMA
from tests.world import serials_of
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

RUNS = f"{API}/payment-runs"
APPROVALS = f"{API}/payment-run-approvals"
EXPORTS = f"{API}/payment-run-exports"
WITHDRAWALS = f"{API}/payment-withdrawals"
CANCELLATIONS = f"{API}/payment-run-cancellations"
PREVIEWS = f"{API}/payment-run-previews"
STATEMENTS = f"{API}/bank-statements?series={SERIES}"
MANDATES = f"{API}/mandate-payments"
ACCOUNTS = f"{API}/paying-accounts"
IBAN = "FR7630001007941234567890185"
XML = {"content_type": "application/xml"}


@dataclass
class Till:
    """Two people of the finance team of a town in which vouchers were used."""

    town: Town
    head: Caller
    serials: list[str]

    @property
    def clerk(self) -> Caller:
        return self.town.finance

    def freeze(self, **said: Any) -> TestResponse:
        return self.clerk.post(RUNS, {"series": SERIES, "cut_off_on": today().isoformat()} | said)

    def approve(self, run: dict[str, Any], by: Caller | None = None, **said: Any) -> TestResponse:
        looked_at = {"series": SERIES, "run": run["no"], "content_hash": run["content_hash"]}
        return (by or self.head).post(APPROVALS, looked_at | {"password": PASSPHRASE} | said)

    def export(self, number: int = 1) -> TestResponse:
        return self.clerk.post(EXPORTS, {"series": SERIES, "run": number})

    def approved(self) -> dict[str, Any]:
        run: dict[str, Any] = self.freeze().get_json()
        assert self.approve(run).status_code == 201
        return run

    def hear(self, *entries: str) -> TestResponse:
        return self.clerk.post(STATEMENTS, data=statement(*entries, iban=IBAN), **XML)

    def read(self, number: int = 1) -> dict[str, Any]:
        run: dict[str, Any] = self.town.auditor.get(f"{RUNS}/{SERIES}/{number}").get_json()
        return run


def opened(town: Town, **terms: Any) -> Till:
    town.open_campaign(**terms)
    town.finance = with_passphrase(town.app, town.database, Role.FINANCE)
    head = with_passphrase(town.app, town.database, Role.FINANCE)
    till = Till(town, head, serials_of(town.in_hand()[0]))
    account = {"series": SERIES, "iban": IBAN, "holder": "Opérateur fictif", "imputation": "65134"}
    assert till.clerk.post(ACCOUNTS, account).status_code == 201
    assert town.redeem(till.serials[:2]).status_code == 201
    return till


@pytest.fixture
def till(empty_town: Town) -> Till:
    return opened(empty_town)


def test_a_run_goes_from_the_freeze_to_the_banks_statement(till: Till) -> None:
    frozen = till.freeze()
    run = frozen.get_json()
    approved = till.approve(run)
    exported = till.export().get_json()
    file = till.clerk.get(f"{RUNS}/{SERIES}/1/file")
    confirmed = till.hear(
        entry("20.00", end_to_end="PN-2026-R1-1"), entry("3.00", reference="FEES", details="")
    )

    assert (frozen.status_code, frozen.headers["Location"]) == (201, f"{RUNS}/{SERIES}/1")
    assert (run["state"], run["total_cents"], run["payments"], run["redemptions"]) == ("frozen", 2_000, 1, 2)
    assert UUID(approved.get_json()["by"]) == till.head.user_id
    SCHEMA.assertValid(etree.fromstring(file.data))
    assert file.headers["Content-Disposition"] == 'attachment; filename="payment-run-PN-2026-1.xml"'
    said = confirmed.get_json()
    assert [line["fate"] for line in said["matched"]] == ["paid"]
    assert [line["doubt"] for line in said["unmatched"]] == ["unknown"]
    assert till.read()["state"] == "paid"
    assert [one["paid_on"] for one in till.read()["details"]] == ["2026-11-24"]
    again = till.export().get_json()
    assert till.clerk.get(f"{RUNS}/{SERIES}/1/file").data == file.data
    assert (exported["is_again"], again["is_again"], again["times"]) == (False, True, 2)
    assert again["files"] == exported["files"]
    assert exported["files"][0]["sha256"] == hashlib.sha256(file.data).hexdigest()


def test_who_froze_a_run_cannot_approve_it(till: Till) -> None:
    run = till.freeze().get_json()

    assert refused(till.approve(run, by=till.clerk)) == (403, "duties-are-incompatible")
    assert refused(till.export()) == (409, "run-is-not-approved")
    assert refused(till.clerk.get(f"{RUNS}/{SERIES}/1/file")) == (409, "run-is-not-exported")
    assert till.read()["state"] == "frozen"


def test_another_content_is_not_approved(till: Till) -> None:
    run = till.freeze().get_json()

    assert refused(till.approve(run, content_hash="0" * 64)) == (409, "run-content-differs")
    assert refused(till.approve(run, content_hash="no hash")) == (422, "request-is-invalid")


def test_a_frozen_redemption_is_not_the_venues_to_reverse(till: Till) -> None:
    taken = till.town.redeem(till.serials[2:3]).get_json()["items"][0]["redemption_id"]
    till.freeze()
    wanted = {"redemption_id": taken, "cause": "other-error"}

    assert refused(till.town.clerk.post(f"{API}/reversals", wanted)) == (409, "redemption-is-frozen")
    assert till.clerk.post(f"{API}/reversals", wanted).status_code == 201


def test_a_statement_sent_again_and_a_payment_that_comes_back(till: Till) -> None:
    till.approved()
    paid = entry("20.00", end_to_end="PN-2026-R1-1")
    back = entry("20.00", side="CRDT", reference="REF-2", end_to_end="PN-2026-R1-1")

    first, again = till.hear(paid).get_json(), till.hear(paid).get_json()
    till.hear(back)
    held = till.freeze()
    [hold] = till.clerk.get(f"{API}/payment-holds").get_json()["items"]
    lifting = {"hold_id": hold["id"], "reason": "Compte vérifié"}
    assert till.head.post(f"{API}/payment-hold-liftings", lifting).status_code == 201
    second = till.freeze().get_json()

    assert (len(first["matched"]), again["matched"], again["known"]) == (1, [], 1)
    assert till.read()["state"] == "returned"
    assert refused(held) == (409, "nothing-is-due")
    assert (second["no"], second["total_cents"]) == (2, 2_000)


def test_what_is_not_a_statement_is_refused(till: Till) -> None:
    for data, code in [(b"", "statement-is-empty"), (b"<a/>", "statement-is-not-read")]:
        assert refused(till.clerk.post(STATEMENTS, data=data, **XML)) == (422, code)
    assert refused(till.clerk.post(STATEMENTS, {})) == (415, "content-type-is-not-accepted")
    foreign = till.clerk.post(STATEMENTS, data=statement(entry()), **XML)
    assert refused(foreign) == (422, "statement-is-of-another-account")


def test_runs_are_listed_the_newest_first_a_page_at_a_time(till: Till) -> None:
    till.freeze()
    till.town.redeem(till.serials[2:3])
    till.freeze()

    first = till.town.auditor.get(f"{RUNS}?series={SERIES}&limit=1")
    rest = till.town.auditor.get(f"{RUNS}?series={SERIES}&limit=1&cursor={first.get_json()['next_cursor']}")

    assert [run["no"] for page in (first, rest) for run in page.get_json()["items"]] == [2, 1]
    assert rest.get_json()["next_cursor"] is None


def test_nothing_due_is_said_with_what_is_left_out(till: Till) -> None:
    till.freeze()

    answer = till.freeze()

    assert refused(answer) == (409, "nothing-is-due")
    assert answer.get_json()["left_out"] == {}


def test_what_is_shown_of_a_run_hides_the_accounts(till: Till) -> None:
    till.freeze()

    [payment] = till.read()["details"]

    assert payment["masked_iban"] == "FR76 **** 0189"
    assert "iban" not in payment


def test_an_accountant_is_given_a_list_and_says_what_was_paid(empty_town: Town) -> None:
    till = opened(empty_town, money_side=MoneySide.COMMITMENT)
    till.approved()
    line = {
        "end_to_end_id": "PN-2026-R1-1",
        "mandate_number": "2026-118",
        "amount_cents": 2_000,
        "paid_on": today().isoformat(),
    }

    assert till.export().get_json()["files"][0]["form"] == "mandate-list"
    file = till.clerk.get(f"{RUNS}/{SERIES}/1/mandate-list")
    paid = till.clerk.post(MANDATES, {"series": SERIES, "mandates": [line]})

    headings, row = file.data.decode("utf-8-sig").splitlines()
    assert headings.startswith("Ligne;Bénéficiaire;SIRET;IBAN;BIC;Montant à mandater;Titre à émettre;")
    assert ";20,00;0,00;" in row
    assert ";65134;" in row
    assert len(paid.get_json()["matched"]) == 1
    assert till.read()["state"] == "paid"
    assert refused(till.clerk.get(f"{RUNS}/{SERIES}/1/file")) == (404, "run-file-is-unknown")


def test_a_run_that_does_not_exist_is_unknown(till: Till) -> None:
    assert refused(till.clerk.get(f"{RUNS}/{SERIES}/7")) == (404, "run-is-unknown")
    assert refused(till.clerk.get(f"{RUNS}/PN-2099/1")) == (404, "campaign-is-unknown")


def test_who_approves_gives_the_password_again_and_too_many_wrong_ones_wait(till: Till) -> None:
    run = till.freeze().get_json()

    wrong = [till.approve(run, password="un autre mot de passe") for _ in range(6)]

    assert refused(wrong[0]) == (422, "password-is-wrong")
    assert refused(wrong[5]) == (429, "too-many-attempts")
    assert refused(till.approve(run)) == (429, "too-many-attempts")
    assert till.read()["state"] == "frozen"


def test_who_has_a_telephone_also_gives_its_code(till: Till) -> None:
    run = till.freeze().get_json()
    secret = till.head.post(f"{API}/second-factors", {}).get_json()["secret"]
    telephone = pyotp.TOTP(secret)
    paired = {"otp": telephone.at(clock.now())}
    assert till.head.post(f"{API}/second-factor-confirmations", paired).status_code == 201

    without = till.approve(run)
    used = till.approve(run, otp=paired["otp"])
    fresh = till.approve(run, otp=telephone.at(clock.now() + timedelta(seconds=30)))

    assert (refused(without), refused(used)) == ((422, "factor-is-missing"), (422, "factor-is-wrong"))
    assert fresh.status_code == 201


def test_a_program_approves_nothing(till: Till) -> None:
    run = till.freeze().get_json()
    opened = till.town.operator.post(
        f"{API}/clients",
        {"organisation_id": str(till.clerk.organisation_id), "name": "Robot", "role": "finance"},
    ).get_json()
    robot = sign_in(till.town.app, UUID(opened["id"]), till.clerk.organisation_id or uuid4())

    assert refused(till.approve(run, by=robot)) == (403, "person-is-needed")


def test_a_run_is_looked_at_before_it_is_frozen(till: Till) -> None:
    asked = f"?series={SERIES}&cut_off_on={today().isoformat()}"

    seen = till.clerk.get(f"{PREVIEWS}{asked}").get_json()
    small = till.clerk.get(f"{PREVIEWS}{asked}&minimum_cents=2001").get_json()
    last = till.clerk.get(f"{PREVIEWS}{asked}&minimum_cents=2001&is_last=true").get_json()

    assert (seen["total_cents"], [one["is_first"] for one in seen["payments"]]) == (2_000, [True])
    assert (small["payments"], [one["reason"] for one in small["left_out"]]) == ([], ["under-minimum"])
    assert last["total_cents"] == 2_000
    assert till.clerk.get(f"{RUNS}?series={SERIES}").get_json()["items"] == []


def test_a_payment_taken_out_voids_the_approval_and_a_cancelled_run_is_due_again(till: Till) -> None:
    run = till.approved()
    wanted = {"reference": "PN-2026-R1-1", "cause": "wrong-account", "note": "IBAN d'un autre"}

    change = till.clerk.post(WITHDRAWALS, wanted)
    read = till.read()

    assert (change.status_code, change.get_json()["payments"]) == (201, 0)
    assert (read["state"], read["left_cents"], read["approvals"]) == ("cancelled", 0, 0)
    assert [one["cause"] for one in read["changes"]] == ["wrong-account"]
    assert [one["withdrawal_cause"] for one in read["details"]] == ["wrong-account"]
    assert [one["content_hash"] for one in read["approvals_given"]] == [run["content_hash"]]
    assert refused(till.export()) == (409, "run-is-cancelled")
    second = till.freeze().get_json()
    cancelled = till.clerk.post(CANCELLATIONS, {"series": SERIES, "run": second["no"]})
    assert (second["total_cents"], cancelled.status_code) == (2_000, 201)


def test_what_has_left_is_acknowledged_and_nothing_is_taken_out_of_it(till: Till) -> None:
    till.approved()
    till.export()

    told = till.clerk.post(
        f"{API}/payment-run-acknowledgements", {"reference": "PN-2026-R1", "told_by": "La banque"}
    )

    assert (told.status_code, till.read()["state"]) == (201, "acknowledged")
    assert refused(till.clerk.post(CANCELLATIONS, {"series": SERIES, "run": 1})) == (409, "run-has-left")


def test_how_late_venues_are_paid_is_measured_by_run_and_by_operator(till: Till) -> None:
    path = f"{API}/reports/payment-delays?series={SERIES}"
    later = (today() + timedelta(days=40)).isoformat()

    [in_time] = till.clerk.get(path).get_json()["rows"]
    [overdue] = till.clerk.get(f"{path}&on={later}&grouping=operator").get_json()["rows"]

    assert (in_time["redemptions"], in_time["overdue"]) == (2, 0)
    assert (overdue["overdue"], overdue["overdue_cents"]) == (2, 2_000)
    assert overdue["oldest_on"] == (today() + timedelta(days=30)).isoformat()
