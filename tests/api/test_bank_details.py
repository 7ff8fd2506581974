"""Where an operator is paid is proposed by one person, proved, and decided by another."""

from typing import Any

from werkzeug.test import TestResponse

from tests.api.callers import PROOF, Caller, new_key
from tests.api.county import IBAN, MASKED_IBAN, OTHER_SIRET, SIRET, County, listed
from tests.api.town import API, refused
from tests.bank_accounts import RIB
from tests.world import IBANS
from voucher_service.kernel.actor import Role

DETAILS, OPENINGS = f"{API}/bank-details", f"{API}/evidence-openings"
APPROVALS, REJECTIONS = f"{API}/bank-details-approvals", f"{API}/bank-details-rejections"
WITHDRAWALS, PAYEES, SUCCESSIONS = f"{API}/bank-details-withdrawals", f"{API}/payees", f"{API}/successions"
PDF = {"content_type": "application/pdf"}


def _propose(county: County, operator_id: str, by: Caller | None = None, **said: Any) -> dict[str, Any]:
    body = {"operator_id": operator_id, "iban": IBAN, "holder": "Association inventée"} | said
    answer = (by or county.operator).post(DETAILS, body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def _prove(by: Caller, path: str, content: bytes = RIB) -> TestResponse:
    return by.post(f"{path}/evidence", data=content, **PDF)


def _open(by: Caller, evidence: TestResponse) -> TestResponse:
    return by.post(OPENINGS, {"evidence_id": evidence.get_json()["id"]})


def _approved(county: County, operator_id: str, by: Caller, **said: Any) -> dict[str, Any]:
    details = _propose(county, operator_id, **said)
    assert _open(by, _prove(county.operator, f"{DETAILS}/{details['id']}")).status_code == 200
    body = {"details_id": details["id"], "called_back": "Mme Inventée, numéro de la convention"} | PROOF
    answer = by.post(APPROVALS, body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def test_an_account_is_proposed_proved_opened_and_approved_by_two_people(county: County) -> None:
    operator_id = county.venue_operator()
    me = county.someone(Role.VENUE, operator_id)
    details = _propose(county, operator_id, by=me)
    assert (details["state"], details["iban"], details["in_force_at"]) == ("waiting", MASKED_IBAN, None)
    path = f"{DETAILS}/{details['id']}"

    assert refused(county.finance.post(APPROVALS, {"details_id": details["id"]} | PROOF)) == (
        409,
        "evidence-is-missing",
    )
    paper = _prove(me, path)
    assert (paper.status_code, paper.get_json()["media_type"]) == (201, "application/pdf")
    assert refused(county.finance.post(APPROVALS, {"details_id": details["id"]} | PROOF)) == (
        409,
        "evidence-is-unread",
    )
    opened = _open(county.finance, paper)
    approved = county.finance.post(APPROVALS, {"details_id": details["id"]} | PROOF)

    assert opened.data == RIB
    assert (approved.status_code, approved.get_json()["state"]) == (201, "in-force")
    assert county.finance.get(path).get_json()["checks"]["bank"] is not None
    missing = county.operator.get(f"{API}/venue-operators/{operator_id}").get_json()["missing"]
    assert missing == []


def test_a_paper_is_saved_and_never_shown(county: County) -> None:
    details = _propose(county, county.venue_operator())
    paper = _prove(county.operator, f"{DETAILS}/{details['id']}")

    opened = _open(county.finance, paper)

    disposition = f'attachment; filename="justificatif-{paper.get_json()["id"]}.pdf"'
    assert opened.headers["Content-Disposition"] == disposition
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in opened.headers["Content-Security-Policy"]
    assert opened.headers["Cache-Control"] == "no-store"


def test_only_finance_opens_papers_and_reads_ibans(county: County) -> None:
    operator_id = county.venue_operator()
    me = county.someone(Role.VENUE, operator_id)
    details = _propose(county, operator_id, by=me)
    paper = _prove(me, f"{DETAILS}/{details['id']}")

    for someone in (me, county.operator, county.someone(Role.AUDITOR)):
        assert refused(_open(someone, paper)) == (403, "duty-is-not-yours")
        assert listed(someone, DETAILS)[0]["iban"] == MASKED_IBAN
    assert listed(county.finance, DETAILS)[0]["iban"] == IBAN.replace(" ", "")


def test_what_is_no_pdf_or_picture_is_refused_by_its_content(county: County) -> None:
    details = _propose(county, county.venue_operator())

    sent = _prove(county.operator, f"{DETAILS}/{details['id']}", b"<html>")

    assert refused(sent) == (422, "evidence-is-not-readable")


def test_a_proposal_sent_twice_is_one_proposal(county: County) -> None:
    body = {"operator_id": county.venue_operator(), "iban": IBAN, "holder": "Association inventée"}
    key = new_key()

    first, again = (county.operator.post(DETAILS, body, key=key) for _ in range(2))

    assert (first.status_code, again.data) == (201, first.data)
    assert refused(county.operator.post(DETAILS, body)) == (409, "proposal-is-waiting")
    assert len(listed(county.finance, DETAILS)) == 1


def test_an_approval_needs_the_password_of_who_gives_it(county: County) -> None:
    details = _propose(county, county.venue_operator())
    _open(county.finance, _prove(county.operator, f"{DETAILS}/{details['id']}"))
    approval = {"details_id": details["id"]}

    assert refused(county.finance.post(APPROVALS, approval)) == (422, "request-is-invalid")
    wrong = county.finance.post(APPROVALS, approval | {"password": "un autre mot de passe"})

    assert refused(wrong) == (422, "password-is-wrong")
    assert listed(county.finance, f"{DETAILS}?is_waiting=true")[0]["id"] == details["id"]


def test_who_proposed_does_not_decide(county: County) -> None:
    details = _propose(county, county.venue_operator(), by=county.finance)
    _open(county.finance, _prove(county.finance, f"{DETAILS}/{details['id']}"))

    approval = county.finance.post(APPROVALS, {"details_id": details["id"]} | PROOF)
    rejection = county.finance.post(REJECTIONS, {"details_id": details["id"], "reason": "Non"})

    assert refused(approval) == (403, "duties-are-incompatible")
    assert refused(rejection) == (403, "duties-are-incompatible")
    assert listed(county.finance, f"{DETAILS}?is_waiting=true")[0]["id"] == details["id"]


def test_a_change_cools_and_can_be_taken_back(county: County) -> None:
    operator_id, second = county.venue_operator(), county.someone(Role.FINANCE)
    first = _approved(county, operator_id, second)
    change = _approved(county, operator_id, second, iban=IBANS[1])
    assert (first["state"], change["state"]) == ("in-force", "cooling")

    withdrawn = county.someone(Role.VENUE, operator_id).post(
        WITHDRAWALS, {"details_id": change["id"], "reason": "Ce n'est pas nous"}
    )

    assert (withdrawn.status_code, withdrawn.get_json()["state"]) == (201, "withdrawn")
    assert [one["state"] for one in listed(second, DETAILS)] == ["withdrawn", "in-force"]


def test_a_rejection_says_why(county: County) -> None:
    details = _propose(county, county.venue_operator())

    rejected = county.finance.post(
        REJECTIONS, {"details_id": details["id"], "reason": "RIB au nom d'un tiers"}
    )

    assert rejected.status_code == 201
    assert (rejected.get_json()["state"], rejected.get_json()["reason"]) == (
        "rejected",
        "RIB au nom d'un tiers",
    )
    assert listed(county.finance, f"{DETAILS}?is_waiting=true") == []


def test_a_liquidator_is_paid_in_the_operators_place(county: County) -> None:
    operator_id, second = county.venue_operator(), county.someone(Role.FINANCE)
    _approved(county, operator_id, second)
    hold = {"operator_id": operator_id, "cause": "closed"}
    assert county.operator.post(f"{API}/payment-holds", hold).status_code == 201
    deed = {
        "kind": "liquidator",
        "name": "Me Inventé",
        "reference": "TC 2026-12",
        "entitled_on": "2026-01-15",
    }
    account = {"operator_id": operator_id, "iban": IBANS[1], "holder": "Me Inventé, compte CDC"}

    proposed = county.operator.post(PAYEES, deed | account)
    assert proposed.status_code == 201, proposed.text
    details_id = proposed.get_json()["id"]
    assert refused(county.operator.post(PAYEES, deed | account | {"entitled_on": "2199-01-01"})) == (
        422,
        "deed-is-ahead",
    )
    _open(second, _prove(county.operator, f"{DETAILS}/{details_id}"))
    approval = {"details_id": details_id, "called_back": "Étude de Me Inventé, annuaire du CNAJMJ"} | PROOF
    approved = second.post(APPROVALS, approval).get_json()

    assert (approved["state"], approved["payee"]) == ("cooling", deed | {"siret": None})
    assert listed(second, f"{API}/payment-holds?is_open=true") == []
    assert county.finance.get(f"{DETAILS}/{details_id}").get_json()["checks"]["legal_name"] == "Me Inventé"


def test_a_successor_is_proposed_proved_and_approved_by_two_people(county: County) -> None:
    old, new = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    body = {
        "predecessor_id": old,
        "successor_id": new,
        "effective_on": "2026-07-01",
        "reference": "Avis Sirene du 1er juillet",
    }
    proposed = county.finance.post(SUCCESSIONS, body)
    assert proposed.status_code == 201, proposed.text
    succession = proposed.get_json()
    path = f"{SUCCESSIONS}/{succession['id']}"
    decision = {"succession_id": succession["id"], "outcome": "approved"}
    second = county.someone(Role.FINANCE)

    assert refused(county.finance.post(f"{API}/succession-decisions", decision))[0] == 403
    paper = _prove(county.finance, path)
    assert refused(second.post(f"{API}/succession-decisions", decision)) == (409, "evidence-is-unread")
    _open(second, paper)
    decided = second.post(f"{API}/succession-decisions", decision)

    assert decided.status_code == 201
    assert listed(county.operator, SUCCESSIONS) == [succession | {"decision": decided.get_json()}]
    assert county.operator.get(path).get_json()["papers"] == [paper.get_json()]
    back = body | {"predecessor_id": new, "successor_id": old}
    assert refused(county.finance.post(SUCCESSIONS, back)) == (409, "operator-has-a-successor")
    assert refused(county.finance.post(SUCCESSIONS, body | {"successor_id": old})) == (
        422,
        "successor-is-oneself",
    )
