"""Mandates through the API: what the accountant answers of a run, line by line or in his own file."""

import io

import pytest
from pypdf import PdfReader

from tests.api.callers import new_key
from tests.api.town import API, SERIES, Town, refused, today
from tests.settlement.office import Office
from tests.world import serials_of
from voucher_service.funding.terms import MoneySide
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role

RETURNS = f"{API}/accountant-returns?series={SERIES}"
FIRST = f"{SERIES}-R1-1"
HEAD = "piece;etat;mandat;bordereau;exercice;date;montant;motif\n"
CSV = {"content_type": "text/csv"}


@pytest.fixture
def town(empty_town: Town) -> Town:
    """Give a town whose accountant is to pay an approved run of 20 euros."""
    empty_town.open_campaign(money_side=MoneySide.COMMITMENT)
    [booklet, *_] = empty_town.in_hand()
    assert empty_town.redeem(serials_of(booklet)[:2]).status_code == 201
    clerk, head = (empty_town.world.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in range(2))
    office = Office(empty_town.world, clerk, head)
    office.approve(office.freeze(cut_off_on=today()))
    return empty_town


def test_a_line_is_mandated_refused_and_due_again(town: Town) -> None:
    mandate = {"end_to_end_id": FIRST, "number": "M-7", "exercice": 2026, "mandated_on": "2026-11-20"}
    rejection = {"end_to_end_id": FIRST, "number": "M-7", "rejected_on": "2026-11-21", "reason": "RIB absent"}

    made = town.finance.post(f"{API}/mandates", {"series": SERIES, "mandates": [mandate]})
    refused_ = town.finance.post(f"{API}/mandate-rejections", {"series": SERIES, "rejections": [rejection]})

    assert made.get_json() == {"recorded": 1, "known": 0, "left": []}
    assert [line["fate"] for line in refused_.get_json()["matched"]] == ["rejected"]
    [listed] = town.auditor.get(f"{API}/mandates?series={SERIES}").get_json()["items"]
    assert (listed["run"], listed["line"], listed["number"]) == (1, 1, "M-7")


def test_the_accountants_file_is_taken_once_and_says_what_it_could_not_use(town: Town) -> None:
    file = (
        f"{HEAD}{FIRST};mandaté;M-7;B-1;2026;20/11/2026;;\n{FIRST};payé;M-7;B-1;2026;22/11/2026;20,00;\nx;y\n"
    )

    first = town.finance.post(RETURNS, data=file.encode(), key=new_key(), **CSV)
    again = town.finance.post(RETURNS, data=file.encode(), key=new_key(), **CSV)

    assert first.status_code == 201, first.get_data(as_text=True)
    said = first.get_json()
    assert (said["mandated"], said["paid"], said["known"]) == (1, 1, 0)
    assert said["faulty"] == [{"line": 4, "trouble": "unreadable"}]
    assert (again.get_json()["paid"], again.get_json()["known"]) == (0, 2)


def test_a_file_without_columns_says_which(town: Town) -> None:
    answer = town.finance.post(RETURNS, data=b"piece;etat\n", key=new_key(), **CSV)

    assert refused(answer) == (422, "columns-are-missing")
    assert answer.get_json()["columns"] == ["date", "mandat"]


def test_the_accountant_is_given_the_list_and_each_statement_in_one_document(town: Town) -> None:
    bundle = town.finance.get(f"{API}/payment-runs/{SERIES}/1/supporting-statements")
    workbook = town.finance.get(f"{API}/payment-runs/{SERIES}/1/mandate-workbook")

    assert len(PdfReader(io.BytesIO(bundle.data)).outline) == 2
    assert workbook.data.startswith(b"PK")
    assert workbook.headers["Content-Disposition"].endswith('.xlsx"')


def test_nobody_else_says_what_was_mandated(town: Town) -> None:
    for caller in (town.operator, town.auditor):
        assert caller.post(RETURNS, data=HEAD.encode(), key=new_key(), **CSV).status_code == 403
