"""Reports through the API: who reads which, in which form, and as known at which position."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.api.callers import Caller, enrol
from tests.api.town import API, SERIES, Town, refused, today
from tests.world import NOW, serials_of
from voucher_service.funding import funders
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Role

BALANCE = f"{API}/reports/trial-balance?series={SERIES}"
USE = f"{API}/reports/campaign-use?series={SERIES}"
STATEMENT = f"{API}/reports/venue-statement?series={SERIES}&from_on=2026-02-01&until_on=2026-12-31"
HISTORY = f"{API}/reports/voucher-history?serial={SERIES}-000001-01"
EVERY = (BALANCE, USE, STATEMENT, HISTORY)


@pytest.fixture
def town(empty_town: Town) -> Town:
    """Give a town in which two vouchers were used."""
    empty_town.open_campaign()
    [booklet, *_] = empty_town.in_hand()
    assert empty_town.redeem(serials_of(booklet)[:2]).status_code == 201
    return empty_town


def told(caller: Caller, path: str, **headers: str) -> dict[str, Any]:
    answer = caller.get(path, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    report: dict[str, Any] = answer.get_json()
    return report


@pytest.mark.parametrize("path", [BALANCE, USE, HISTORY])
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.AUDITOR])
def test_who_runs_pays_and_audits_the_scheme_reads_its_reports(town: Town, path: str, role: Role) -> None:
    report = told(town.someone(role), path)

    assert report["rows"] != []
    assert report["as_of"]["position"] > 0


@pytest.mark.parametrize("path", [BALANCE, USE, HISTORY])
@pytest.mark.parametrize("role", [Role.VENUE, Role.PRESCRIBER])
def test_venues_and_prescribers_do_not_read_the_campaigns_reports(town: Town, path: str, role: Role) -> None:
    assert refused(town.someone(role).get(path)) == (403, "duty-is-not-yours")


def test_a_report_places_every_act_before_it_reads(town: Town) -> None:
    first = told(town.auditor, USE)
    assert town.redeem([f"{SERIES}-000001-03"]).status_code == 201

    second = told(town.auditor, USE)

    assert second["as_of"]["position"] == first["as_of"]["position"] + 1
    assert told(town.auditor, f"{USE}&position={first['as_of']['position']}")["rows"] == first["rows"]


def test_a_position_that_is_not_reached_says_which_is_the_last(town: Town) -> None:
    last = told(town.auditor, USE)["as_of"]["position"]

    answer = town.auditor.get(f"{USE}&position={last + 1}")

    assert refused(answer) == (422, "position-is-not-reached")
    assert answer.get_json()["last_position"] == last


def test_a_report_is_dated_today_unless_a_day_is_asked_for(town: Town) -> None:
    assert told(town.auditor, BALANCE)["as_of"]["on"] == today().isoformat()
    assert told(town.auditor, f"{BALANCE}&on=2026-01-01")["rows"] == []


@pytest.mark.parametrize("path", EVERY)
def test_a_report_opens_in_a_spreadsheet(town: Town, path: str) -> None:
    reader = town.clerk if path == STATEMENT else town.auditor

    answer = reader.get(f"{path}&format=csv")

    name = path.rpartition("/")[2].partition("?")[0]
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    lines = list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][-2:] == ["Situation au", "Rang du registre"]
    assert len(lines) > 1


def test_a_venues_statement_is_printed_in_french(town: Town) -> None:
    answer = town.clerk.get(f"{STATEMENT}&format=pdf")

    assert answer.content_type == "application/pdf"
    printed = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert "Relevé des encaissements" in printed
    assert "Ce relevé n'est pas une facture." in printed


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/pdf", "application/pdf"),
        ("text/csv;q=0.5, application/pdf", "application/pdf"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_the_form_is_what_the_reader_prefers(town: Town, accept: str, content_type: str) -> None:
    assert town.auditor.get(BALANCE, headers={"Accept": accept}).content_type == content_type


def test_the_form_that_is_asked_for_by_name_comes_before_what_is_preferred(town: Town) -> None:
    answer = town.auditor.get(f"{BALANCE}&format=csv", headers={"Accept": "application/pdf"})

    assert answer.content_type.startswith("text/csv")


def test_a_report_is_in_french_unless_english_is_preferred(town: Town) -> None:
    assert told(town.auditor, BALANCE)["title"] == "Balance générale des comptes"
    assert told(town.auditor, BALANCE, **{"Accept-Language": "en"})["title"] == "Trial balance"


@pytest.mark.parametrize(
    ("report", "key", "french", "english"),
    [
        (BALANCE, "meaning", "Banque", "Bank"),
        (USE, "meaning", "Entamé", "Begun"),
        (USE, "rate_of", "carnets remis", "booklets handed over"),
        (STATEMENT, "line", "encaissement", "redemption"),
        (HISTORY, "meaning", "Remise", "Handover"),
    ],
)
def test_what_the_service_calls_things_is_in_the_language_of_the_reader(
    town: Town, report: str, key: str, french: str, english: str
) -> None:
    reader = town.clerk if report == STATEMENT else town.auditor

    def said(language: str) -> set[str]:
        return {row[key] for row in told(reader, report, **{"Accept-Language": language})["rows"]}

    assert french in said("fr")
    assert english in said("en")
    assert len(said("en")) == len(said("fr"))


def test_a_venue_reads_its_own_statement_and_no_other(town: Town) -> None:
    report = told(town.clerk, STATEMENT)

    assert [row["taken_cents"] for row in report["rows"]] == [1_000, 1_000]
    assert report["totals"]["taken_cents"] == 2_000
    other = town.as_caller(town.world.shop().clerk)
    assert told(other, STATEMENT)["rows"] == []
    answer = other.get(f"{STATEMENT}&venue_id={town.shop.venue.id}")
    assert refused(answer) == (404, "venue-is-unknown")


def test_finance_reads_the_statement_of_a_venue_that_it_names(town: Town) -> None:
    report = told(town.finance, f"{STATEMENT}&venue_id={town.shop.venue.id}")

    assert len(report["rows"]) == 2
    assert refused(town.finance.get(STATEMENT)) == (404, "operator-is-unknown")


def test_a_funder_reads_the_campaigns_that_it_pays_for(empty_town: Town) -> None:
    payer = _funder(empty_town, "departement")
    other = empty_town.someone(Role.FUNDER)
    empty_town.open_campaign(key=[KeyPart("departement", 1, 1, DueOn.BOUGHT)])

    assert told(payer, USE)["rows"] != []
    assert refused(other.get(USE)) == (404, "campaign-is-unknown")
    assert refused(other.get(BALANCE)) == (404, "campaign-is-unknown")


def test_a_voucher_or_a_campaign_that_does_not_exist_is_unknown(town: Town) -> None:
    assert refused(town.auditor.get(BALANCE.replace(SERIES, "ZZ-2026"))) == (404, "campaign-is-unknown")
    absent = HISTORY.replace("000001-01", "999999-01")
    assert refused(town.auditor.get(absent)) == (404, "voucher-is-unknown")


@pytest.mark.parametrize("wrong", ["position=-1", "position=x", "on=2026-02-30", "format=xlsx", "since=1"])
def test_a_question_that_makes_no_sense_is_refused(town: Town, wrong: str) -> None:
    assert refused(town.auditor.get(f"{BALANCE}&{wrong}")) == (422, "request-is-invalid")


def _funder(town: Town, code: str) -> Caller:
    def begun(session: Session) -> Any:
        home = organisations.found(
            session, name="Département fictif", siret=None, kind=OrganisationKind.FUNDER, at=NOW, by=SYSTEM
        )
        funders.enrol(session, code=code, name="Département fictif", at=NOW, organisation_id=home.id)
        return home.id

    home: Any = town.database.run(begun)
    return enrol(town.app, town.database, Role.FUNDER, organisation_id=home)
