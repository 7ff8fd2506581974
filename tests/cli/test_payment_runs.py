"""The command that writes a run's file for the bank."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.settlement.office import Scene, opened
from tests.world import World
from voucher_service.cli import main

Export = Callable[[str], Result]


@pytest.fixture
def scene(committed: World) -> Scene:
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:2])
    return scene


@pytest.fixture
def export(owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, owner_url)
    monkeypatch.setenv("PUBLIC_URL", "https://pass.example.org")
    out = str(tmp_path / "run.xml")
    return lambda run: CliRunner().invoke(main, ["payment-run", "export", run, "--out", out])


def test_the_file_written_twice_is_the_same_bytes_as_the_order(
    scene: Scene, export: Export, tmp_path: Path
) -> None:
    run = scene.office.approved()

    written = []
    for _ in range(2):
        assert export("PN-2026/1").exit_code == 0
        written.append((tmp_path / "run.xml").read_bytes())

    assert written == [scene.office.export(run)] * 2


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("PN-2026/1", "This run is not approved"),
        ("PN-2026/2", "no payment run of this number"),
        ("PN-2026", "write it as PN-2026/1"),
    ],
)
def test_a_run_that_cannot_leave_the_house_writes_no_file(
    scene: Scene, export: Export, tmp_path: Path, run: str, said: str
) -> None:
    scene.office.freeze()

    result = export(run)

    assert result.exit_code != 0
    assert said in result.output
    assert not (tmp_path / "run.xml").exists()
