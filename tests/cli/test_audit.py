"""The command that proves the books again."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from tests.world import World
from voucher_service.cli import main
from voucher_service.reports import findings


@pytest.fixture
def books(committed: World, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the address of books in which something happened, to the command too."""
    committed.campaign()
    committed.active(1)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, owner_url)
    monkeypatch.setenv("PUBLIC_URL", "https://pass.example.org")
    return owner_url


def audited() -> Result:
    return CliRunner().invoke(main, ["audit"])


def test_true_books_have_no_finding_and_every_check_says_how_long_it_took(books: str) -> None:
    result = audited()

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[-1] == "audit: 0 findings"
    assert {line.split()[-1] for line in lines[:-1]} == {findings.name_of(check) for check in findings.CHECKS}


def test_a_broken_promise_is_named_and_the_command_fails(books: str) -> None:
    owner = create_engine(books)
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE account SET balance = 7 WHERE address = 'voucher/PN-2026-000001-01/1'")
        )
    owner.dispose()

    result = audited()

    assert result.exit_code == 1
    assert "broken: A guarded account's counter is the sum of what reached it" in result.output
    assert "voucher/PN-2026-000001-01/1: counter 7, transfers 1000" in result.output
    assert result.output.splitlines()[-1] == "audit: 2 findings"
