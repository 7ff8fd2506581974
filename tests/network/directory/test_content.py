"""A file that cannot be read is refused with what to do; nothing hostile gets further."""

import json

import pytest

from tests.network.directory import files
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network.directory import content, formats
from voucher_service.network.directory.content import (
    LARGEST_FILE,
    LONGEST_CELL,
    MOST_LINES,
    FileIsBroken,
    FileIsNotText,
    FileIsNotUtf8,
    FileIsTooLarge,
    HeaderIsAmbiguous,
)
from voucher_service.network.directory.formats import ColumnsAreUnknown, FormatIsUnknown
from voucher_service.network.directory.lines import Fault

HEADER = b"nom;adresse;code_postal;commune\n"


def _read(file: bytes) -> list[object]:
    return list(formats.read(file).lines)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [";", ",", "|", "\t"])
def test_a_spreadsheets_own_marks_and_separators_are_understood(mark: bytes, delimiter: str) -> None:
    file = mark + files.template({"nom": "Médiathèque Inventée"}, delimiter=delimiter)

    (line,) = formats.read(file).lines

    assert line.candidate is not None
    assert line.candidate.profile.name == "Médiathèque Inventée"


def test_windows_accents_are_refused_at_their_line() -> None:
    with pytest.raises(FileIsNotUtf8) as refused:
        _read(HEADER + b"Un;Rue;34999;Ville\n" + "Médiathèque;Rue;34999;Ville".encode("cp1252"))

    assert refused.value.line == 3


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        ("nom;adresse".encode("utf-16"), FileIsNotText),
        (b"PK\x03\x04\x00\x00", FileIsNotText),
        (b"x" * (LARGEST_FILE + 1), FileIsTooLarge),
        (HEADER + b"a;b;34999;c\n" * (MOST_LINES + 1), FileIsTooLarge),
        (HEADER + b'a;"b;34999;c\n', FileIsBroken),
        (HEADER + b'"' + b"x" * 200_000 + b'";b;34999;c', FileIsBroken),
        (b"nom;nom;adresse;code_postal;commune\n", HeaderIsAmbiguous),
        (b"", FormatIsUnknown),
        (b"nom\nLe Pixel", FormatIsUnknown),
        (b"date;amount\n", FormatIsUnknown),
        (b"nom;adresse;code_postal;commune;sirett\n", ColumnsAreUnknown),
        (b"{}", FileIsBroken),
        (b"[" * 100_000, FileIsBroken),
        (b'[{"id": NaN}]', FileIsBroken),
        (b'[{"id": ' + b"9" * 5_000 + b"}]", FileIsBroken),
        (b'[{"id": "1"', FileIsBroken),
        (b"[]", FormatIsUnknown),
        (json.dumps([{}] * (MOST_LINES + 1)).encode(), FileIsTooLarge),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value[:24]),
)
def test_an_unreadable_file_is_refused(file: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        _read(file)

    assert refused.value.kind is Kind.INVALID
    assert refused.value.title("fr") != refused.value.title()


def test_a_row_that_is_not_as_wide_as_the_header_is_reported() -> None:
    file = (
        HEADER + b"Court;Rue\nLong;Rue;34999;Ville;trop\n\n;;;\n" + b"x" * (LONGEST_CELL + 1) + b";r;34999;V"
    )

    problems = {record.number: record.fault for record in content.csv_records(file.decode(), ";")}

    assert problems == {2: Fault.MISCOUNTED, 3: Fault.MISCOUNTED, 5: Fault.EMPTY, 6: Fault.CELL_TOO_LONG}


def test_an_item_that_is_no_record_is_reported() -> None:
    items = content.json_records('[1, {"a": {}}, {"a": [1]}, {"a": ["x", "y"], "b": null, "c": 4.5}]')

    assert [item.fault for item in items] == [Fault.NOT_A_RECORD] * 3 + [None]
    assert items[3].cells == {"a": "x;y", "b": "", "c": "4.5"}


@pytest.mark.parametrize("name", ["\\u0000Nul", "\\ud800", "\\u0007"])
def test_a_character_that_cannot_be_printed_refuses_its_line_only(name: str) -> None:
    file = files.national_v0({"nom": "@@"}, {"id": "901", "adresse": "3 place"})

    first, second = formats.read(file.replace(b"@@", name.encode())).lines

    assert (first.candidate, [problem.code for problem in first.problems]) == (
        None,
        ["text-unprintable", "siret-missing", "name-missing"],
    )
    assert all(problem.text.isprintable() for problem in first.problems)
    assert second.candidate is not None
