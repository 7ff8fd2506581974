"""The job of a print run leaves its files and their manifest, or nothing."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.world import NOW, World, serials_of
from voucher_service.kernel import jobs
from voucher_service.kernel.database import Database
from voucher_service.vouchers.printing import files as print_files
from voucher_service.vouchers.printing import folder as print_folder
from voucher_service.vouchers.printing import runs as print_runs
from voucher_service.vouchers.printing.files import PrintFile
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.runs import PrintRun
from voucher_service.worker import running
from voucher_service.worker.printing import write_files
from voucher_service.worker.works import Run


def order(world: World, last: int = 2, form: Format = Format.A4_10, reason: str | None = None) -> PrintRun:
    run: PrintRun = world.do(
        lambda s: print_runs.order(
            s,
            series=world.series,
            first_booklet=1,
            last_booklet=last,
            form=form,
            at=NOW,
            by=world.operator,
            keyring=world.keyring,
            reason=reason,
        )
    )
    return run


def do_job(world: World, database: Database, run: PrintRun, var_dir: Path) -> Any:
    """Do the job as a worker does, and return it as it ended."""
    assert run.job_id
    job_id = run.job_id
    running.run(database, world.keyring, job_id, var_dir=var_dir)
    return world.do(lambda s: jobs.get(s, job_id=job_id, by=world.operator))


def files(world: World, run: PrintRun) -> list[PrintFile]:
    written: list[PrintFile] = world.do(lambda s: print_files.of_run(s, print_run_id=run.id))
    return written


@pytest.fixture
def town(committed: World) -> World:
    """Give a campaign with two booklets."""
    committed.campaign()
    committed.produced(2)
    return committed


def test_a_run_leaves_files_whose_digests_are_those_of_its_manifest(
    town: World, database: Database, tmp_path: Path
) -> None:
    run = order(town)

    job = do_job(town, database, run, tmp_path)

    [file] = files(town, run)
    folder = print_folder.of(tmp_path, run.id)
    content = (folder / file.name).read_bytes()
    told = json.loads((folder / "manifest.json").read_text())
    assert (job.state, job.done, job.total) == ("succeeded", 20, 20)
    assert job.result == {"print_run_id": str(run.id), "files": 1, "pages": 2}
    assert told["files"][0]["sha256"] == file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.first_serial, file.last_serial, file.vouchers, file.size_bytes) == (
        serials_of("PN-2026-000001")[0],
        serials_of("PN-2026-000002")[-1],
        20,
        len(content),
    )
    assert len(PdfReader(folder / file.name).pages) == file.pages == told["files"][0]["pages"] == 2


def test_the_same_booklets_give_the_same_bytes(town: World, database: Database, tmp_path: Path) -> None:
    runs = [order(town), order(town, reason="Bourrage papier")]

    for run in runs:
        do_job(town, database, run, tmp_path)

    first, second = (files(town, run)[0].sha256 for run in runs)
    assert first == second


def test_a_long_run_is_shared_between_files(
    town: World, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_files, "BOOKLETS_PER_FILE", 1)
    run = order(town, form=Format.BOOKLET)

    do_job(town, database, run, tmp_path)

    names = [(file.name, file.first_serial, file.last_serial) for file in files(town, run)]
    assert names == [
        ("PN-2026-000001-000001-booklet.pdf", "PN-2026-000001-01", "PN-2026-000001-10"),
        ("PN-2026-000002-000002-booklet.pdf", "PN-2026-000002-01", "PN-2026-000002-10"),
    ]


def test_a_run_that_is_called_off_leaves_nothing(
    town: World, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_files, "BOOKLETS_PER_FILE", 1)
    run = order(town)
    assert run.job_id
    job_id, progress = run.job_id, Run.progress

    def called_off_meanwhile(self: Run, done: int, total: int | None = None) -> None:
        town.do(lambda s: jobs.call_off(s, job_id=job_id, at=NOW, by=town.operator))
        progress(self, done, total)

    monkeypatch.setattr(Run, "progress", called_off_meanwhile)

    job = do_job(town, database, run, tmp_path)

    assert (job.state, files(town, run)) == ("cancelled", [])
    assert list((tmp_path / "print").iterdir()) == []


def test_a_run_that_a_dead_worker_began_is_begun_anew_over_what_it_left(
    town: World, database: Database, tmp_path: Path
) -> None:
    run = order(town)
    [part] = print_files.parts(run)
    folder = print_folder.of(tmp_path, run.id)
    print_folder.make(folder)
    (folder / f"{part.name}.part").write_bytes(b"half of it")

    do_job(town, database, run, tmp_path)

    assert sorted(path.name for path in folder.iterdir()) == [part.name, "manifest.json"]


def test_a_run_that_was_recorded_is_not_written_again(
    town: World, database: Database, tmp_path: Path
) -> None:
    run = order(town)
    params: Mapping[str, Any] = {"print_run_id": str(run.id)}
    assert run.job_id
    begun = Run(database, town.keyring, run.job_id, params, town.operator, tmp_path)

    first, again = write_files(begun), write_files(begun)

    assert first == again
    assert len(files(town, run)) == 1


def test_what_a_worker_left_of_a_run_that_is_over_is_swept_away_by_the_next(
    town: World, database: Database, tmp_path: Path
) -> None:
    run = order(town)
    assert run.job_id
    job_id, left = run.job_id, print_folder.of(tmp_path, run.id)
    print_folder.make(left)
    (left / "half.pdf.part").write_bytes(b"half of it")
    town.do(lambda s: jobs.call_off(s, job_id=job_id, at=NOW, by=town.operator))
    do_job(town, database, run, tmp_path)

    do_job(town, database, order(town, reason="Nouvel essai"), tmp_path)

    assert not left.exists()
