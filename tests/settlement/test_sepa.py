"""Tests of the payment order, against the ISO schema and against a bank that is not ours."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files

import pytest
from lxml import etree
from mockbank.validate import validate

from voucher_service.kernel.money import Cents
from voucher_service.settlement.sepa import Party, Payment, PaymentOrder, encode

AT = datetime(2026, 11, 23, 8, 30, 15, 999, tzinfo=UTC)
ON = date(2026, 11, 24)
OPERATOR = Party(
    "Société coopérative d'intérêt œuvré", "FR7630006000011234567890189", "AGRIFRPPXXX", "44306184100047"
)
LIBRARY = Party("Médiathèque & Cie", "FR7630001007941234567890185", "BDFEFRPPCCT", "21690266800013")
ASSOCIATION = Party("Association Le Câble", "DE89370400440532013000")
SCHEMA = etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd")))
NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def order(*payments: Payment, at: datetime = AT) -> PaymentOrder:
    return PaymentOrder("PN-2026-R3", at, ON, OPERATOR, payments)


def payment(number: int, cents: int, creditor: Party = LIBRARY) -> Payment:
    return Payment(f"PN-2026-R3-{number}", Cents(cents), creditor, "Pass numérique: lot n° 3")


def words(data: bytes, path: str) -> list[str]:
    found = etree.fromstring(data).xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return [str(text) for text in found]


def test_the_order_keeps_to_the_iso_schema_with_and_without_bic_and_siret() -> None:
    data = encode(order(payment(1, 12_345), payment(2, 1, ASSOCIATION)))

    SCHEMA.assertValid(etree.fromstring(data))


def test_a_bank_that_is_not_ours_finds_nothing_to_say() -> None:
    assert validate(encode(order(payment(1, 12_345), payment(2, 99, ASSOCIATION))), today=ON) == []


def test_the_same_order_is_the_same_bytes_whatever_the_time_zone_it_was_read_in() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))

    assert encode(order(payment(1, 500), at=elsewhere)) == encode(order(payment(1, 500)))


def test_another_amount_is_another_file() -> None:
    assert encode(order(payment(1, 500))) != encode(order(payment(1, 501)))


def test_the_totals_count_every_payment_once() -> None:
    data = encode(order(payment(1, 12_345), payment(2, 1)))

    assert words(data, "//p:NbOfTxs/text()") == ["2", "2"]
    assert words(data, "//p:CtrlSum/text()") == ["123.46", "123.46"]
    assert words(data, "//p:InstdAmt/text()") == ["123.45", "0.01"]
    assert words(data, "//p:InstdAmt/@Ccy") == ["EUR", "EUR"]


def test_each_organisation_is_known_by_its_siret() -> None:
    data = encode(order(payment(1, 500)))

    assert words(data, "//p:Cdtr//p:Othr[p:SchmeNm/p:Prtry='SIRET']/p:Id/text()") == [LIBRARY.siret]
    assert words(data, "//p:Dbtr//p:Othr[p:SchmeNm/p:Prtry='SIRET']/p:Id/text()") == [OPERATOR.siret]


def test_names_and_remittance_are_written_in_the_letters_a_bank_has_and_without_an_address() -> None:
    data = encode(order(payment(1, 500)))

    assert words(data, "//p:Cdtr/p:Nm/text()") == ["Mediatheque + Cie"]
    assert words(data, "//p:Ustrd/text()") == ["Pass numerique: lot no 3"]
    assert words(data, "//p:PstlAdr") == []


def test_each_payment_asks_for_its_own_line_on_the_statement() -> None:
    assert words(encode(order(payment(1, 500))), "//p:BtchBookg/text()") == ["false"]


@pytest.mark.parametrize("cents", [0, -1])
def test_a_payment_of_nothing_is_refused(cents: int) -> None:
    with pytest.raises(ValueError, match="at least one cent"):
        payment(1, cents)


def test_an_order_that_pays_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one payment"):
        order()


def test_five_thousand_payments_are_written_within_a_second() -> None:
    large = order(*(payment(number, number) for number in range(1, 5_001)))

    started = time.process_time()
    data = encode(large)
    seconds = time.process_time() - started

    SCHEMA.assertValid(etree.fromstring(data))
    assert words(data, "/p:Document/p:CstmrCdtTrfInitn/p:GrpHdr/p:CtrlSum/text()") == ["125025.00"]
    assert seconds <= 1
