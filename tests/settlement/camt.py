"""Bank statements made by hand, to say what a real bank's file says or never should."""

IBAN = "FR7630006000011234567890189"


def entry(
    amount: str = "123.45",
    *,
    side: str = "DBIT",
    reference: str = "REF-1",
    end_to_end: str = "PN-2026-R3-1",
    details: str | None = None,
    extra: str = "",
    version: str = "08",
) -> str:
    """Write one booked movement; ``details`` replaces its transaction details."""
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version == "08" else "<Sts>BOOK</Sts>"
    known = details if details is not None else detail(end_to_end)
    servicer = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{extra}{status}'
        f"<BookgDt><Dt>2026-11-24</Dt></BookgDt>{servicer}<NtryDtls>{known}</NtryDtls></Ntry>"
    )


def detail(end_to_end: str, *, amount: str | None = None, more: str = "") -> str:
    """Write the details of one payment inside a movement."""
    paid = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    return f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{paid}{more}</TxDtls>"


def balance(code: str, amount: str, side: str = "CRDT", on: str = "2026-11-24") -> str:
    """Write an opening (``OPBD``) or closing (``CLBD``) balance."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>'
    )


def statement(
    *entries: str, version: str = "08", number: str = "STMT-1", iban: str = IBAN, head: str = ""
) -> bytes:
    """Write a whole file with one statement."""
    return (
        f'{head or """<?xml version="1.0" encoding="UTF-8"?>"""}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>{number}</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()
