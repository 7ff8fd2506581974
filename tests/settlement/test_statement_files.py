"""Tests of the files that no bank sends: each is refused, clearly, and nothing in it is followed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.settlement.camt import entry, statement
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.bank_statements import read
from voucher_service.settlement.statement_files import (
    LARGEST_FILE_BYTES,
    StatementDeclaresADoctype,
    StatementIsNotRead,
    StatementIsNotUtf8,
    StatementIsNotXml,
    StatementIsTooLarge,
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
