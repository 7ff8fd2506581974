"""Tests of one movement on a statement: amounts, directions, batches, returns, in both versions."""

from datetime import date

import pytest

from tests.settlement.camt import detail, entry, statement
from voucher_service.settlement.bank_statements import read
from voucher_service.settlement.statement_lines import Line, StatementIsIncomplete, StatementIsNotInEuros


def lines(*entries: str, version: str = "08") -> tuple[Line, ...]:
    (found,) = read(statement(*entries, version=version))
    return found.lines


def test_the_newer_and_the_older_version_say_the_same() -> None:
    account = "<CdtrAcct><Id><IBAN>X1</IBAN></Id></CdtrAcct>"
    newer = f"<RltdPties><Cdtr><Pty><Nm>Le Câble</Nm></Pty></Cdtr>{account}</RltdPties>"
    older = newer.replace("<Pty>", "").replace("</Pty>", "")
    said = "<RmtInf><Ustrd>lot 3</Ustrd></RmtInf>"

    new = lines(entry(details=detail("E-1", more=newer + said)))
    old = lines(entry(details=detail("E-1", more=older + said), version="02"), version="02")

    assert new == old
    assert new[0].amount_cents == 12_345
    assert (new[0].end_to_end_id, new[0].counterparty_name) == ("E-1", "Le Câble")
    assert (new[0].counterparty_iban, new[0].remittance) == ("X1", "lot 3")


def test_the_payer_is_named_on_money_received() -> None:
    parties = (
        "<RltdPties><Dbtr><Pty><Nm>Métropole</Nm></Pty></Dbtr><Cdtr><Pty><Nm>Us</Nm></Pty></Cdtr></RltdPties>"
    )

    (line,) = lines(entry(side="CRDT", details=detail("E-1", more=parties)))

    assert (line.is_credit, line.counterparty_name) == (True, "Métropole")


def test_a_movement_with_several_payments_is_several_lines() -> None:
    details = detail("E-1", amount="100.00") + detail("E-2", amount="23.45")

    found = lines(entry("123.45", details=details))

    assert [(line.bank_reference, line.end_to_end_id, line.amount_cents) for line in found] == [
        ("REF-1/1", "E-1", 10_000),
        ("REF-1/2", "E-2", 2_345),
    ]


def test_the_amounts_of_an_older_batch_are_found_where_that_version_puts_them() -> None:
    older = '<AmtDtls><TxAmt><Amt Ccy="EUR">{}</Amt></TxAmt></AmtDtls>'
    details = detail("E-1", more=older.format("100.00")) + detail("E-2", more=older.format("23.45"))

    found = lines(entry("123.45", details=details, version="02"), version="02")

    assert [line.amount_cents for line in found] == [10_000, 2_345]


@pytest.mark.parametrize("second", [detail("E-2", amount="23.44"), detail("E-2")])
def test_a_batch_whose_details_do_not_add_up_is_one_line_that_names_nobody(second: str) -> None:
    (line,) = lines(entry("123.45", details=detail("E-1", amount="100.00") + second))

    assert (line.amount_cents, line.end_to_end_id, line.bank_reference) == (12_345, None, "REF-1")


def test_a_payment_sent_back_inside_a_batch_keeps_its_own_direction() -> None:
    back = detail(
        "E-2", amount="20.00", more="<CdtDbtInd>CRDT</CdtDbtInd><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    )

    paid, sent_back = lines(entry("80.00", details=detail("E-1", amount="100.00") + back))

    assert (paid.is_credit, paid.amount_cents, paid.is_return) == (False, 10_000, False)
    assert (sent_back.is_credit, sent_back.amount_cents, sent_back.is_return) == (True, 2_000, True)
    assert sent_back.return_reason == "AC04"


@pytest.mark.parametrize(
    "extra",
    [
        "<RvslInd>true</RvslInd>",
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>",
    ],
)
def test_a_return_is_known_however_the_bank_says_it(extra: str) -> None:
    (line,) = lines(entry(side="CRDT", extra=extra))

    assert line.is_return


def test_a_payment_without_an_identifier_has_none() -> None:
    (line,) = lines(entry(end_to_end="NOTPROVIDED"))

    assert line.end_to_end_id is None


@pytest.mark.parametrize(
    ("written", "cents"), [("10", 1_000), ("10.5", 1_050), ("0.01", 1), ("10.500", 1_050), ("0", 0)]
)
def test_every_way_of_writing_euros_is_read_to_the_cent(written: str, cents: int) -> None:
    assert lines(entry(written))[0].amount_cents == cents


@pytest.mark.parametrize("written", ["", "-1.00", "1.001", "1,00", "NaN", "1e3", "9" * 14, "\u0661.00"])
def test_what_is_not_an_amount_of_cents_is_refused(written: str) -> None:
    with pytest.raises(StatementIsIncomplete) as refused:
        lines(entry(written))
    assert refused.value.element == "Amt"


def test_an_account_in_another_currency_is_refused() -> None:
    with pytest.raises(StatementIsNotInEuros) as refused:
        lines(entry().replace("EUR", "USD"))
    assert refused.value.currency == "USD"


def test_a_movement_without_a_direction_or_a_day_is_refused() -> None:
    for broken, element in (
        (entry(side="BOTH"), "CdtDbtInd"),
        (entry().replace("2026-11-24", "soon"), "BookgDt"),
    ):
        with pytest.raises(StatementIsIncomplete) as refused:
            lines(broken)
        assert refused.value.element == element


def test_an_instant_stands_for_its_day() -> None:
    (line,) = lines(entry().replace("<Dt>2026-11-24</Dt>", "<DtTm>2026-11-24T23:59:59+01:00</DtTm>"))

    assert line.booked_on == date(2026, 11, 24)
