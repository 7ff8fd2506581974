"""Tests of the files that no bank sends: each is refused, clearly, and nothing in it is followed."""

import gzip
import subprocess
import sys
import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.settlement.camt import entry, statement
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.bank_statements import read
from voucher_service.settlement.statement_files import (
    LARGEST_FILE_BYTES,
    StatementDeclaresADoctype,
    StatementIsEmpty,
    StatementIsNotRead,
    StatementIsNotUtf8,
    StatementIsNotXml,
    StatementIsTooLarge,
    StatementIsZipped,
)

XML = '<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Document>",
        f"<!DOCTYPE Document [{LAUGHS}]>",
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/evil.dtd">',
    ],
)
def test_a_file_with_a_doctype_is_not_even_opened(doctype: str) -> None:
    with pytest.raises(StatementDeclaresADoctype):
        read(statement(entry(), head=XML + doctype))


def test_a_doctype_cannot_hide_in_another_charset() -> None:
    hidden = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE Document+AD4-'

    with pytest.raises(StatementIsNotXml):
        read(statement(entry(), head=hidden))


def test_an_unknown_entity_is_refused() -> None:
    with pytest.raises(StatementIsNotXml):
        read(statement(entry(reference="&x;")))


@pytest.mark.parametrize("charset", ["utf-16", "latin-1"])
def test_a_file_saved_again_in_another_charset_is_refused(charset: str) -> None:
    with pytest.raises(StatementIsNotUtf8):
        read(statement(entry(reference="é")).decode().encode(charset))


def test_a_file_larger_than_any_statement_is_refused_unread() -> None:
    with pytest.raises(StatementIsTooLarge) as refused:
        read(b" " * (LARGEST_FILE_BYTES + 1))
    assert refused.value.limit_bytes == LARGEST_FILE_BYTES


@pytest.mark.parametrize("left", [30, 300, -1])
def test_a_file_cut_short_is_refused(left: int) -> None:
    with pytest.raises(StatementIsNotXml):
        read(statement(entry())[:left])


def test_a_file_nested_without_end_is_refused() -> None:
    with pytest.raises(StatementIsNotXml):
        read(statement("<a>" * 5_000 + "</a>" * 5_000))


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (statement(entry()).replace(b"camt.053.001.08", b"camt.052.001.08"), "camt.052.001.08"),
        (statement(entry()).replace(b"camt.053.001.08", b"camt.053.001.11"), "camt.053.001.11"),
        (b"<html/>", "html"),
    ],
)
def test_another_message_is_named_and_refused(data: bytes, found: str) -> None:
    with pytest.raises(StatementIsNotRead) as refused:
        read(data)
    assert refused.value.found == found


@given(st.binary(max_size=300), st.integers(0, 600), st.integers(0, 60))
def test_no_damage_is_anything_but_a_refusal_to_the_sender(noise: bytes, at: int, cut: int) -> None:
    whole = statement(entry())
    refused: Refusal | None = None

    try:
        read(whole[:at] + noise + whole[at + cut :])
    except Refusal as refusal:
        refused = refusal

    assert refused is None or refused.kind is Kind.INVALID


def test_twenty_thousand_movements_are_read_within_ten_seconds() -> None:
    data = statement(*(entry(reference=f"R{number}") for number in range(20_000)))

    started = time.process_time()
    (found,) = read(data)
    seconds = time.process_time() - started

    assert len(found.lines) == 20_000
    assert seconds <= 10


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf"])
def test_an_empty_file_is_named_as_such(data: bytes) -> None:
    with pytest.raises((StatementIsEmpty, StatementIsNotXml)):
        read(data)


def test_an_archive_is_to_be_opened_first() -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("releve.xml", statement(entry()))

    for data in (packed.getvalue(), gzip.compress(statement(entry()))):
        with pytest.raises(StatementIsZipped):
            read(data)


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-16"])
def test_a_file_of_two_byte_letters_is_refused_by_its_charset(charset: str) -> None:
    with pytest.raises(StatementIsNotUtf8):
        read(statement(entry()).decode().encode(charset))


def test_two_hundred_megabytes_are_refused_at_once() -> None:
    started = time.process_time()

    with pytest.raises(StatementIsTooLarge):
        read(bytes(200 * 1024 * 1024))

    assert time.process_time() - started <= 1


def test_a_page_of_the_bank_is_no_file_of_the_bank() -> None:
    with pytest.raises((StatementIsNotXml, StatementIsNotRead)):
        read(b"<html><head><title>Erreur</title></head><body>Session <b>expir</body></html>")


@pytest.mark.parametrize("data", [b"<x", LAUGHS.encode(), b"PK\x03\x04", bytes([0xFF, 0xFE, 0x3C, 0])])
def test_each_refusal_says_in_both_languages_what_to_do(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read(data)
    assert ":" in refused.value.title("fr")
    assert refused.value.kind is Kind.INVALID


_MEASURED = """
import resource, sys
from tests.settlement.camt import entry, statement
from voucher_service.settlement.bank_statements import read
read(statement(*[entry(reference=f"R{number}") for number in range(int(sys.argv[1]))]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_a_long_statement_takes_no_more_memory_than_what_it_tells() -> None:
    def megabytes(lines: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, str(lines)],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return int(done.stdout)

    # Each line is held once as text and once as read: the tree of the file, eight times as much, never is.
    assert megabytes(20_000) - megabytes(10) <= 60
