"""Printing: the files of a print run, written one after the other; called off or broken, it leaves none.

A worker that dies leaves files behind that nobody recorded: the run is begun anew over them, or the next print run
sweeps them away.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.paper import print_files
from voucher_service.vouchers.printing import files as run_files
from voucher_service.vouchers.printing import folder as print_folder
from voucher_service.vouchers.printing import runs
from voucher_service.vouchers.printing.files import Part, PrintFile
from voucher_service.vouchers.printing.runs import PrintRun
from voucher_service.worker.works import Run, work

Progress = Callable[[int, int], None]


@work(runs.JOB)
def write_files(run: Run) -> Mapping[str, Any]:
    """Write the files of the print run that was ordered, once."""
    print_run_id = UUID(run.params["print_run_id"])
    _sweep(run)
    folder = print_folder.of(run.var_dir, print_run_id)
    started = run.database.run(lambda session: runs.get(session, print_run_id=print_run_id, by=run.by))
    files = carry_out(run.database, run.keyring, started, folder, progress=run.progress)
    return {
        "print_run_id": str(print_run_id),
        "files": len(files),
        "pages": sum(file.pages for file in files),
    }


def carry_out(
    database: Database,
    keyring: Keyring,
    run: PrintRun,
    folder: Path,
    *,
    progress: Progress = lambda _done, _total: None,
) -> list[PrintFile]:
    """Write every file of a print run and its manifest into ``folder``; files that are recorded are not written again.

    Raises ``KeyIsNotThisBatchs``; whatever is raised, no file is left.
    """
    known = database.run(lambda session: run_files.of_run(session, print_run_id=run.id))
    if known:
        return known
    print_folder.make(folder)
    try:
        files = _written(database, keyring, run, folder, progress)
        return database.run(partial(_recorded, run=run, files=files, folder=folder))
    except BaseException:
        print_folder.erase(folder)
        raise


def _written(
    database: Database, keyring: Keyring, run: PrintRun, folder: Path, progress: Progress
) -> list[PrintFile]:
    at = clock.now()
    size = database.run(lambda session: runs.booklet_size(session, run=run))
    total = (run.last_booklet - run.first_booklet + 1) * size
    files: list[PrintFile] = []

    def write(part: Part) -> PrintFile:
        before = (part.first_booklet - run.first_booklet) * size
        with database.snapshot() as session:
            return print_files.write(
                session,
                run=run,
                part=part,
                folder=folder,
                keyring=keyring,
                at=at,
                tell=lambda done: progress(before + done, total),
            )

    for part in run_files.parts(run):
        files.append(write(part))
        progress((part.last_booklet - run.first_booklet + 1) * size, total)
    return files


def _recorded(session: Session, *, run: PrintRun, files: list[PrintFile], folder: Path) -> list[PrintFile]:
    known = run_files.of_run(session, print_run_id=run.id)
    if known:
        # A worker that was taken for dead was not: both wrote the same bytes.
        return known
    run_files.record(session, files=files)
    manifest = run_files.manifest(session, run=run)
    with print_folder.writing(folder, print_folder.MANIFEST) as file:
        file.write(json.dumps(manifest, ensure_ascii=False, indent=2, default=_plain).encode() + b"\n")
    return files


def _plain(value: datetime) -> str:
    return value.isoformat()


def _sweep(run: Run) -> None:
    folders = print_folder.run_ids(run.var_dir)
    forsaken = run.database.run(lambda session: run_files.forsaken(session, print_run_ids=folders))
    for print_run_id in forsaken:
        print_folder.erase(print_folder.of(run.var_dir, print_run_id))
