"""Answers of a bank to a payment order, made by hand."""


def said(end_to_end: str, status: str, reason: str = "") -> str:
    """Write what the bank answers of one payment."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return f"<TxInfAndSts><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}</TxInfAndSts>"


def answer(
    *payments: str,
    order: str = "PN-2026-R1",
    whole: str = "",
    reason: str = "",
    version: str = "10",
    number: str = "A-1",
) -> bytes:
    """Write a whole file; ``whole`` is what is answered of the order."""
    group = f"<GrpSts>{whole}</GrpSts>" if whole else ""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    batch = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{order}</OrgnlPmtInfId>{''.join(payments)}</OrgnlPmtInfAndSts>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{number}</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{order}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}{why}</OrgnlGrpInfAndSts>"
        f"{batch if payments else ''}</CstmrPmtStsRpt></Document>"
    ).encode()
