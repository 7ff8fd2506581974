"""A bank that is not ours: the ``mock-bank`` package, on a clock that tests move."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from lxml import etree
from mockbank import Config, make_server

from voucher_service.settlement.sepa import PaymentOrder, encode


class Bank:
    """What a customer of the bank can do, and the tester's hand on its clock and its accounts."""

    def __init__(self, url: str, *, books_whole_files: bool = False) -> None:
        self._url = url
        self._books_whole_files = books_whole_files

    def open_account(self, name: str, iban: str, *, balance_cents: int = 0, **behaviour: Any) -> None:
        known = {"id": name, "iban": iban, "name": name, "balance": balance_cents, "currency": "EUR"}
        self._send("POST", "/_mock/accounts", json.dumps(known | behaviour).encode())

    def close_account(self, name: str) -> None:
        self._send("PATCH", f"/_mock/accounts/{name}", b'{"closed": true}')

    def behave(self, name: str, **behaviour: Any) -> None:
        self._send("PATCH", f"/_mock/accounts/{name}", json.dumps(behaviour).encode())

    def balance(self, name: str) -> int:
        """Return what an account holds, in cents."""
        return int(json.loads(self._send("GET", f"/_mock/accounts/{name}"))["balance"])

    def paid_to(self, iban: str) -> int:
        """Add up what left for an account and did not come back, in cents."""
        known = json.loads(self._send("GET", "/_mock/payments"))
        return sum(
            one["amount"]
            for one in known
            if one["creditor_iban"] == iban and one["booked_at"] and not one["returned_at"]
        )

    def receive(self, name: str, cents: int, *, sender: str, iban: str, words: str) -> None:
        """Have money arrive on an account from elsewhere."""
        sent = {"account": name, "amount": cents, "debtor": {"name": sender, "iban": iban}, "note": [words]}
        self._send("POST", "/_mock/credits", json.dumps(sent).encode())

    def take_order(self, order: PaymentOrder) -> dict[str, Any]:
        return self.take(encode(order))

    def take(self, payment_file: bytes) -> dict[str, Any]:
        """Send an order; the bank's answer, whether it takes the order or refuses it."""
        try:
            return dict(json.loads(self._send("POST", "/payments", payment_file)))
        except HTTPError as refused:
            with refused:
                return dict(json.loads(refused.read()))

    def until(self, day: date) -> None:
        self._send("POST", f"/_mock/advance?to={day.isoformat()}")

    def statements(self, name: str) -> list[bytes]:
        """Return the statements of one account, one for each business day gone by."""
        return self.messages("camt.053", name)

    def messages(self, kind: str, name: str = "") -> list[bytes]:
        """Return what the bank sent of one kind (``pain.002``, ``camt.054``), of one account or of all."""
        issued = json.loads(self._send("GET", f"/_mock/messages?type={kind}"))
        said = [
            message["body"].encode() for message in issued if f"<Nm>{name}" in message["body"] or not name
        ]
        return [in_one_debit(one) for one in said] if self._books_whole_files and kind == "camt.053" else said

    def _send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        with urlopen(Request(self._url + path, data=body, method=method), timeout=10) as answer:  # noqa: S310
            return bytes(answer.read())


def in_one_debit(statement: bytes) -> bytes:
    """Write a statement as banks do that book one debit for all the payments of a file, and name nobody in it."""
    document: Any = etree.fromstring(statement)
    firsts: dict[str, Any] = {}
    for entry in document.findall(".//{*}Ntry"):
        file = entry.findtext(".//{*}PmtInfId")
        if file is None or entry.findtext("{*}CdtDbtInd") != "DBIT":
            continue
        first = firsts.setdefault(file, entry)
        details = entry.find("{*}NtryDtls")
        if first is entry:
            batch = etree.SubElement(details, details.tag.replace("NtryDtls", "Btch"))
            etree.SubElement(batch, details.tag.replace("NtryDtls", "PmtInfId")).text = file
            entry.find("{*}AcctSvcrRef").text = f"BATCH-{file}"
        else:
            amount = first.find("{*}Amt")
            amount.text = str(Decimal(amount.text) + Decimal(entry.findtext("{*}Amt")))
            entry.getparent().remove(entry)
        details.remove(details.find("{*}TxDtls"))
    return bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8"))


@contextmanager
def open_bank(*, on: date, books_whole_files: bool = False) -> Iterator[Bank]:
    """Open the bank on the morning of ``on``; on its statements, a payment file may be one debit."""
    server = make_server(Config(port=0, quiet=True, clock=f"{on.isoformat()}T08:00"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Bank(f"http://127.0.0.1:{server.server_address[1]}", books_whole_files=books_whole_files)
    finally:
        server.shutdown()
        server.server_close()
