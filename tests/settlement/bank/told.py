"""Movements as a bank tells them, made by hand: money that comes in, fees, notices."""

from tests.settlement.camt import entry, statement
from tests.settlement.office import IBAN


def credit(
    amount: str,
    *,
    reference: str = "VIR-1",
    name: str = "",
    iban: str = "",
    said: str = "",
    end_to_end: str = "NOTPROVIDED",
) -> str:
    """Write money that came in."""
    party = f"<Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>" if name else ""
    party += f"<DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct>" if iban else ""
    words = f"<RmtInf><Ustrd>{said}</Ustrd></RmtInf>" if said else ""
    details = (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>"
        f"<RltdPties>{party}</RltdPties>{words}</TxDtls>"
    )
    return entry(amount, side="CRDT", reference=reference, details=details)


def fee(amount: str, *, reference: str = "FEE-1", code: str = "CHRG", side: str = "DBIT") -> str:
    """Write what the bank takes for itself."""
    kind = f"<Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>{code}</SubFmlyCd></Fmly></Domn>"
    return entry(amount, side=side, reference=reference, details="").replace(
        "<NtryDtls>", f"<BkTxCd>{kind}</BkTxCd><NtryDtls>"
    )


def notice(*entries: str, number: str = "NOTICE-1", iban: str = IBAN) -> bytes:
    """Write a notice (``camt.054``) of movements."""
    written = statement(*entries, number=number, iban=iban).decode()
    for before, after in (
        ("camt.053", "camt.054"),
        ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"),
        ("<Stmt>", "<Ntfctn>"),
        ("</Stmt>", "</Ntfctn>"),
    ):
        written = written.replace(before, after)
    return written.encode()


def day(*entries: str, number: str = "STMT-1") -> bytes:
    """Write a statement of our account."""
    return statement(*entries, number=number, iban=IBAN)
