"""The command that prints booklets on the machine of whoever holds it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.world import World, new_keyring
from voucher_service.cli import main
from voucher_service.kernel.keys import Keyring

Print = Callable[..., Result]


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Give keys whose place is known."""
    (tmp_path / "var").mkdir()
    return new_keyring(tmp_path / "var/keys")


@pytest.fixture
def prints(committed: World, owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Print:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, owner_url)
    monkeypatch.setenv("PUBLIC_URL", "https://pass.example.org")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    committed.campaign()
    committed.produced(2)
    range_ = ("--first", "1", "--last", "2")
    return lambda *more: CliRunner().invoke(main, ["print", "PN-2026", *range_, *more])


def test_booklets_are_written_where_one_says_with_their_manifest(prints: Print, tmp_path: Path) -> None:
    out = tmp_path / "carnets"

    said = prints("--format", "booklet", "--out", str(out))

    assert said.exit_code == 0, said.output
    [file] = json.loads((out / "manifest.json").read_text())["files"]
    assert hashlib.sha256((out / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert "20 vouchers on 8 pages" in said.output


def test_without_a_folder_they_are_kept_with_the_service_s_files(prints: Print, tmp_path: Path) -> None:
    assert prints("--format", "A4-3").exit_code == 0

    assert [path.suffix for path in sorted((tmp_path / "var/print").glob("*/*"))] == [".pdf", ".json"]


def test_printing_again_takes_a_reason(prints: Print) -> None:
    prints("--format", "A4-10")

    refused = prints("--format", "A4-10")

    assert refused.exit_code == 1
    assert "were printed before" in refused.output
    assert prints("--format", "A4-10", "--reason", "Bourrage papier").exit_code == 0


def test_a_folder_that_is_not_empty_is_left_alone(prints: Print, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")

    assert prints("--format", "A4-3", "--out", str(tmp_path)).exit_code == 1
    assert (tmp_path / "kept.txt").read_text() == "mine"
