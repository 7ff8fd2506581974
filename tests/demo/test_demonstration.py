"""The demonstration keeps its promises, leaves its documents, and leaves nothing running."""

import json
import os
import signal
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from tests import databases
from voucher_service.demo import places
from voucher_service.kernel.actor import Role

DOCUMENTS = {
    "booklets.pdf",
    "letter.pdf",
    "letter-large-print.pdf",
    "payment-run.xml",
    "mandate-list.csv",
    "campaign-use.csv",
    "trial-balance.csv",
    "venue-statement.pdf",
    "summary.json",
}


def begin(home: Path) -> subprocess.Popen[str]:
    """Start a small demonstration on the invented sample of venues."""
    command = [sys.executable, "-m", "voucher_service.cli", "demo", "--small", "--venues", str(places.SAMPLE)]
    environment = os.environ | {"VAR_DIR": str(home)}
    return subprocess.Popen(
        command,
        env=environment,
        cwd=databases.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def has_a_server(home: Path) -> bool:
    return (home / "demo/service/postgresql/data/postmaster.pid").exists()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    process = begin(home)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert said.splitlines()[-1] == "audit: 0 findings"
    return home


def test_everything_taken_is_paid_and_everything_bad_is_refused(played: Path) -> None:
    summary = json.loads((played / "demo/summary.json").read_text())
    assert (summary["redeemed"], summary["paid_cents"], summary["audit_findings"]) == (40, 38_000, 0)
    assert summary["refused"] == {
        "code-is-mistyped": 1,
        "duties-are-incompatible": 3,
        "voucher-is-expired": 1,
        "voucher-is-not-yours-to-take": 1,
        "voucher-is-replaced": 1,
        "voucher-is-spent": 3,
        "voucher-is-void": 1,
    }


def test_it_leaves_its_documents_and_nothing_that_runs(played: Path) -> None:
    left = {path.name for path in (played / "demo").iterdir() if path.is_file() and path.suffix != ".lock"}
    assert left == DOCUMENTS
    assert not has_a_server(played)


def test_a_bank_would_take_the_payment_order(played: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd")))
    schema.assertValid(etree.parse(played / "demo/payment-run.xml"))


def test_the_venue_s_statement_says_that_it_is_fictitious_and_no_invoice(played: Path) -> None:
    pages = [page.extract_text() for page in PdfReader(played / "demo/venue-statement.pdf").pages]
    assert "Campagne de démonstration, fictive" in pages[0]
    assert "Ce relevé n'est pas une facture" in pages[-1].replace("’", "'")


def test_the_booklets_are_printed_with_their_covers_and_say_that_they_are_worth_nothing(played: Path) -> None:
    pages = PdfReader(played / "demo/booklets.pdf").pages
    assert len(pages) == 10 * 4
    assert "Pass fictif, sans aucune valeur." in " ".join(pages[1].extract_text().split())


def test_nothing_that_bears_a_code_is_left_with_the_service(played: Path) -> None:
    left = [path.name for path in (played / "demo/service/print").glob("*/*")]
    assert left == ["manifest.json"]


def test_stopped_in_the_middle_it_stops_what_it_started(tmp_path: Path) -> None:
    with begin(tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert not has_a_server(tmp_path)


def test_an_account_of_each_role_is_left_for_the_pages_and_readable_by_its_owner_only(played: Path) -> None:
    path = played / "demo/service/accounts.json"
    accounts = json.loads(path.read_text())

    assert path.stat().st_mode & 0o077 == 0
    assert {one["role"] for one in accounts} == {role.value for role in Role}
    assert {one["role"] for one in accounts if one["secret"]} == {"operator", "finance"}
    assert all(len(one["password"].split("-")) == 4 for one in accounts)
