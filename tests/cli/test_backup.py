"""What was backed up while the counters were open is, once restored, the same books: and a voucher still works."""

import json
import re
import shutil
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests import databases, world
from tests.conftest import Workspace
from tests.world import World, serials_of
from voucher_service.cli import main
from voucher_service.kernel import dump
from voucher_service.kernel.database import Database
from voucher_service.ledger import record
from voucher_service.reports import findings


@pytest.fixture
def keys(tmp_path: Path, committed: World) -> Path:
    """Give a copy of the keys with which the world was made."""
    return Path(shutil.copytree(committed.keyring._folder, tmp_path / "keys"))  # noqa: SLF001


@pytest.fixture
def elsewhere(workspace: Workspace) -> Iterator[str]:
    """Give the address of an empty database."""
    name = f"{workspace.name}_elsewhere"
    databases.drop(workspace.cluster, name)
    yield workspace.cluster.create(name)
    databases.drop(workspace.cluster, name)
    with psycopg.connect(_driver(workspace.cluster.url("postgres")), autocommit=True) as connection:
        connection.execute(f'DROP ROLE IF EXISTS "{name}_app"')


def _driver(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, keys: Path) -> Any:
    """Give a way to run a command on a database."""
    monkeypatch.setenv("PUBLIC_URL", "https://pass.example.org")
    monkeypatch.setenv("KEYS_DIR", str(keys))

    def run(url: str, *words: object) -> Result:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            monkeypatch.setenv(name, url)
        return CliRunner().invoke(main, [str(word) for word in words])

    return run


def _restored(url: str, keyring: Any) -> tuple[Database, World]:
    name = str(url.rpartition("/")[2].partition("?")[0])
    database = Database(url, role=f"{name}_app")
    return database, world.in_database(database, keyring)


def test_books_restored_from_a_backup_made_under_load_are_true_and_their_vouchers_work(
    committed: World, owner_url: str, elsewhere: str, tmp_path: Path, run: Any
) -> None:
    campaign = committed.campaign()
    desk, shop = committed.desk(), committed.shop()
    booklets = committed.in_hand(4, desk)
    serials = [serial for booklet in booklets for serial in serials_of(booklet)]
    begun = threading.Event()

    def open_counter() -> int:
        for serial in serials[:-1]:
            committed.redeem([serial], shop)
            begun.set()
        return len(serials) - 1

    with ThreadPoolExecutor(1) as counters:
        served = counters.submit(open_counter)
        assert begun.wait(timeout=20) or served.result()
        made = run(owner_url, "backup", "--out", tmp_path / "copy.zip")
    assert served.result() == len(serials) - 1
    done = run(elsewhere, "restore", tmp_path / "copy.zip")

    assert (made.exit_code, done.exit_code) == (0, 0), (made.output, done.output)
    database, again = _restored(elsewhere, committed.keyring)
    with database.snapshot() as session:
        assert findings.findings(session) == []
        places, waiting = record.positions(session), record.count_waiting(session)
        taken = session.scalar(text("SELECT count(*) FROM redemption"))
    manifest = dump.read(tmp_path / "copy.zip")
    assert (places, waiting) == ({int(k): v for k, v in manifest["positions"].items()}, manifest["waiting"])
    assert 0 < taken < len(serials) - 1
    again.redeem([serials[-1]], shop)
    with database.transaction() as session:
        last = record.sequence(session, campaign_id=campaign.id)
    assert last == sum(places.values()) + waiting + 1
    database.engine.dispose()


def test_the_role_of_restored_books_may_do_what_it_might_and_no_more(
    committed: World, owner_url: str, elsewhere: str, tmp_path: Path, run: Any
) -> None:
    committed.campaign()
    run(owner_url, "backup", "--out", tmp_path / "copy.zip")
    run(elsewhere, "restore", tmp_path / "copy.zip")

    rights = "SELECT has_table_privilege(:role, 'entry', :right)"
    role = f"{elsewhere.rpartition('/')[2].partition('?')[0]}_app"
    owner = Database(elsewhere)
    with owner.transaction() as session:
        held = {
            right: session.scalar(text(rights), {"role": role, "right": right})
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        }
    owner.engine.dispose()

    assert held == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}
    again = run(elsewhere, "backup", "--out", tmp_path / "again.zip")
    assert again.exit_code == 0, again.output
    assert dump.read(tmp_path / "again.zip")["rights"] == dump.read(tmp_path / "copy.zip")["rights"]


def test_a_backup_holds_no_key_and_says_which_it_needs(
    committed: World, owner_url: str, tmp_path: Path, keys: Path, run: Any
) -> None:
    said = run(owner_url, "backup", "--out", tmp_path / "copy.zip").output

    assert "keys are NOT in it" in said
    marks = dict(re.findall(r"(\S+\.key) \(mark ([0-9a-f]{16})\)", said))
    assert marks == committed.keyring.marks()
    content = (tmp_path / "copy.zip").read_bytes()
    assert all((keys / name).read_bytes() not in content for name in marks)
    assert (tmp_path / "copy.zip").stat().st_mode & 0o077 == 0


def test_a_backup_never_overwrites_and_leaves_nothing_half_written(
    owner_url: str, tmp_path: Path, committed: World, run: Any
) -> None:
    (tmp_path / "copy.zip").write_text("precious")

    refused = run(owner_url, "backup", "--out", tmp_path / "copy.zip")
    failed = run(owner_url.replace("/test_", "/missing_"), "backup", "--out", tmp_path / "other.zip")

    assert (refused.exit_code, failed.exit_code) == (1, 1)
    assert "nothing is ever overwritten" in refused.output
    assert "cannot be reached" in failed.output
    assert (tmp_path / "copy.zip").read_text() == "precious"
    assert {path.name for path in tmp_path.iterdir()} == {"copy.zip", "keys"}


def test_an_empty_database_has_nothing_to_back_up(elsewhere: str, tmp_path: Path, run: Any) -> None:
    refused = run(elsewhere, "backup", "--out", tmp_path / "copy.zip")

    assert (refused.exit_code, (tmp_path / "copy.zip").exists()) == (1, False)
    assert "nothing to back up" in refused.output


@pytest.fixture
def copy(committed: World, owner_url: str, tmp_path: Path, run: Any) -> Path:
    """Give a backup of books in which something happened."""
    committed.campaign()
    made = run(owner_url, "backup", "--out", tmp_path / "copy.zip")
    assert made.exit_code == 0, made.output
    return tmp_path / "copy.zip"


def test_books_are_restored_into_an_empty_database_only(copy: Path, owner_url: str, run: Any) -> None:
    refused = run(owner_url, "restore", copy)

    assert refused.exit_code == 1
    assert "restore into a new, empty one" in refused.output


def test_a_byte_changed_anywhere_in_the_dump_is_seen(copy: Path, elsewhere: str, run: Any) -> None:
    with zipfile.ZipFile(copy) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    spoiled = bytearray(members["database.dump"])
    spoiled[len(spoiled) // 2] ^= 1
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("database.dump", bytes(spoiled))
        archive.writestr("manifest.json", members["manifest.json"])

    refused = run(elsewhere, "restore", copy)

    assert refused.exit_code == 1
    assert "not a whole backup" in refused.output


@pytest.mark.parametrize("kept", [0, 100, -1])
def test_half_a_file_is_not_a_backup(copy: Path, elsewhere: str, run: Any, kept: int) -> None:
    copy.write_bytes(copy.read_bytes()[:kept])

    assert "not a whole backup" in run(elsewhere, "restore", copy).output


def test_a_backup_of_a_newer_service_is_not_restored(copy: Path, elsewhere: str, run: Any) -> None:
    with zipfile.ZipFile(copy) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifest.json"]) | {"migration": "9999"}
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("database.dump", members["database.dump"])
        archive.writestr("manifest.json", json.dumps(manifest))

    assert "newer version" in run(elsewhere, "restore", copy).output


def test_books_are_not_restored_beside_other_keys_unless_told(
    copy: Path, elsewhere: str, run: Any, keys: Path
) -> None:
    (keys / "pepper.key").write_bytes(b"x" * 32)

    refused = run(elsewhere, "restore", copy)
    told = run(elsewhere, "restore", copy, "--keys-later")

    assert (refused.exit_code, told.exit_code) == (1, 0), told.output
    assert "['pepper.key']" in refused.output
