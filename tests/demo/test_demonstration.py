"""The demonstration keeps its promises, leaves its documents, and leaves nothing running."""

import json
import signal
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest
from lxml import etree
from pypdf import PdfReader

from tests.databases import ROOT
from tests.demo import played
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


def has_a_server(home: Path) -> bool:
    return (home / "demo/service/postgresql/data/postmaster.pid").exists()


def test_everything_taken_is_paid_and_everything_bad_is_refused(demonstration: Path) -> None:
    summary = json.loads((demonstration / "demo/summary.json").read_text())
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


def test_it_leaves_its_documents_and_nothing_that_runs(demonstration: Path) -> None:
    left = {
        path.name for path in (demonstration / "demo").iterdir() if path.is_file() and path.suffix != ".lock"
    }
    assert left == DOCUMENTS
    assert not has_a_server(demonstration)


def test_a_bank_would_take_the_payment_order(demonstration: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd")))
    schema.assertValid(etree.parse(demonstration / "demo/payment-run.xml"))


def test_the_venue_s_statement_says_that_it_is_fictitious_and_no_invoice(demonstration: Path) -> None:
    pages = [page.extract_text() for page in PdfReader(demonstration / "demo/venue-statement.pdf").pages]
    assert "Campagne de démonstration, fictive" in pages[0]
    assert "Ce relevé n'est pas une facture" in pages[-1].replace("’", "'")


def test_the_booklets_are_printed_with_their_covers_and_say_that_they_are_worth_nothing(
    demonstration: Path,
) -> None:
    pages = PdfReader(demonstration / "demo/booklets.pdf").pages
    assert len(pages) == 10 * 4
    assert "Pass fictif, sans aucune valeur." in " ".join(pages[1].extract_text().split())


def test_nothing_that_bears_a_code_is_left_with_the_service(demonstration: Path) -> None:
    left = [path.name for path in (demonstration / "demo/service/print").glob("*/*")]
    assert left == ["manifest.json"]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let what the test starts be interrupted, also where the tests run in the background, which ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_stopped_in_the_middle_it_stops_what_it_started(tmp_path: Path) -> None:
    with subprocess.Popen(
        played.PLAY, cwd=ROOT, env=played.surroundings(tmp_path), stdout=PIPE, stderr=STDOUT, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert not has_a_server(tmp_path)


def test_an_account_of_each_role_is_left_for_the_pages_and_readable_by_its_owner_only(
    demonstration: Path,
) -> None:
    path = demonstration / "demo/service/accounts.json"
    accounts = json.loads(path.read_text())

    assert path.stat().st_mode & 0o077 == 0
    assert {one["role"] for one in accounts} == {role.value for role in Role}
    assert {one["role"] for one in accounts if one["secret"]} == {"operator", "finance"}
    assert all(len(one["password"].split("-")) == 4 for one in accounts)
