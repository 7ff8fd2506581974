"""The files of a print run are listed, read by one person, and erased once they are on paper."""

import hashlib
import stat
from pathlib import Path

import pytest

from tests.vouchers.acts import start_printing
from tests.world import NOW, World
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.vouchers.printing import files
from voucher_service.vouchers.printing import folder as print_folder
from voucher_service.vouchers.printing.files import (
    PrintFile,
    PrintFileIsGone,
    PrintFileIsUnknown,
    PrintFilesAreNotReady,
    PrintFilesWereErased,
)
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.runs import PrintRun, PrintRunIsUnknown

CONTENT = b"%PDF-"


def a_run(world: World, first: int = 1, last: int = 1) -> PrintRun:
    world.campaign()
    world.produced(last)
    return start_printing(world, first, last, form=Format.A4_3)


def written(world: World, run: PrintRun, var_dir: Path) -> PrintFile:
    """Leave one file of a print run, as the job does."""
    folder = print_folder.of(var_dir, run.id)
    print_folder.make(folder)
    [part] = files.parts(run)
    for name, content in ((part.name, CONTENT), (print_folder.MANIFEST, b"{}")):
        with print_folder.writing(folder, name) as out:
            out.write(content)
    sha256, size_bytes = print_folder.digest(folder, part.name)
    file = PrintFile(
        print_run_id=run.id,
        no=part.no,
        name=part.name,
        sha256=sha256,
        size_bytes=size_bytes,
        pages=4,
        vouchers=10,
        first_serial="PN-2026-000001-01",
        last_serial="PN-2026-000001-10",
        at=NOW,
    )
    world.do(lambda s: files.record(s, files=[file]))
    return file


def erase(world: World, run: PrintRun, var_dir: Path, by: Actor | None = None) -> None:
    world.do(lambda s: files.erase(s, print_run_id=run.id, var_dir=var_dir, at=NOW, by=by or world.operator))


def read(world: World, run: PrintRun, var_dir: Path, no: int = 1, by: Actor | None = None) -> bytes:
    _, content = world.do(
        lambda s: files.read(s, print_run_id=run.id, no=no, var_dir=var_dir, by=by or world.operator)
    )
    return bytes(content)


def test_a_file_holds_at_most_500_booklets() -> None:
    run = PrintRun(first_booklet=3, last_booklet=1_203, form=Format.BOOKLET, series="PN-2026")

    shared = [(part.no, part.name, part.first_booklet, part.last_booklet) for part in files.parts(run)]

    assert shared == [
        (1, "PN-2026-000003-000502-booklet.pdf", 3, 502),
        (2, "PN-2026-000503-001002-booklet.pdf", 503, 1_002),
        (3, "PN-2026-001003-001203-booklet.pdf", 1_003, 1_203),
    ]


def test_files_are_for_the_service_s_own_account(given: World, tmp_path: Path) -> None:
    run = a_run(given)
    file = written(given, run, tmp_path)

    folder = print_folder.of(tmp_path, run.id)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / file.name).stat().st_mode) == 0o600


def test_a_file_is_for_the_organisation_that_started_the_run(given: World, tmp_path: Path) -> None:
    run = a_run(given)
    written(given, run, tmp_path)
    stranger = Actor(new_id(), new_id(), Role.OPERATOR)

    assert read(given, run, tmp_path) == CONTENT
    with pytest.raises(PrintRunIsUnknown):
        read(given, run, tmp_path, by=stranger)
    with pytest.raises(PrintFileIsUnknown):
        read(given, run, tmp_path, no=2)


def test_a_file_that_was_altered_is_not_printed(given: World, tmp_path: Path) -> None:
    run = a_run(given)
    file = written(given, run, tmp_path)

    (print_folder.of(tmp_path, run.id) / file.name).write_bytes(b"%PDF-other")

    with pytest.raises(PrintFileIsGone):
        read(given, run, tmp_path)


def test_erased_files_leave_their_manifest(given: World, tmp_path: Path) -> None:
    run = a_run(given)
    file = written(given, run, tmp_path)

    erase(given, run, tmp_path)

    assert [path.name for path in print_folder.of(tmp_path, run.id).iterdir()] == ["manifest.json"]
    with pytest.raises(PrintFileIsGone):
        read(given, run, tmp_path)
    with pytest.raises(PrintFilesWereErased):
        erase(given, run, tmp_path)
    [told] = given.do(lambda s: files.manifest(s, run=run))["files"]
    assert told["sha256"] == hashlib.sha256(CONTENT).hexdigest() == file.sha256


def test_nobody_else_erases_the_files_of_a_run_and_nobody_before_they_are_there(
    given: World, tmp_path: Path
) -> None:
    run = a_run(given)
    stranger = Actor(new_id(), new_id(), Role.OPERATOR)

    with pytest.raises(PrintFilesAreNotReady):
        erase(given, run, tmp_path)
    with pytest.raises(PrintRunIsUnknown):
        erase(given, run, tmp_path, by=stranger)


def test_a_manifest_says_who_printed_what_when_and_why_and_no_code(given: World, tmp_path: Path) -> None:
    run = a_run(given, last=2)
    written(given, run, tmp_path)

    told = given.do(lambda s: files.manifest(s, run=run))

    assert told | {"files": []} == {
        "print_run_id": str(run.id),
        "campaign": "PN-2026",
        "format": "A4-3",
        "first_booklet": "PN-2026-000001",
        "last_booklet": "PN-2026-000002",
        "by": str(given.operator.user_id),
        "at": NOW,
        "reason": None,
        "files": [],
    }
    assert set(told["files"][0]) == {
        *("no", "name", "sha256", "size_bytes", "pages", "vouchers", "first_serial", "last_serial")
    }
