"""Settling: what venues are owed is frozen, approved by a second person, ordered, and confirmed by the bank."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from voucher_service.demo import accounts, figures, money
from voucher_service.demo.bank import Bank
from voucher_service.demo.client import RefusedError
from voucher_service.demo.counters import Takings
from voucher_service.demo.documents import Folder
from voucher_service.demo.people import Cast
from voucher_service.demo.promises import expect_same
from voucher_service.demo.script import Script
from voucher_service.kernel import clock

_NEW_IBAN = 900


@dataclass(frozen=True, slots=True)
class Run:
    """A payment run that two persons answered for."""

    series: str
    no: int
    net_cents: int

    @property
    def path(self) -> str:
        """Where the API keeps it."""
        return f"/payment-runs/{self.series}/{self.no}"


def pay_by_bank(script: Script, cast: Cast, takings: Takings, opening_cents: int, folder: Folder) -> int:
    """Pay the campaign's venues; one payment comes back, its account is proved again, and a second run pays it.

    The bank was wrong: the account is the same, and so has no safety delay. A change waits for approval at the end.

    Return the cents that left the account and stayed away.
    """
    bank = Bank(money.PAYER_IBAN, opening_cents)
    moved = takings.taken[-1].venue
    run = freeze(script, cast, script.series, takings.refused)
    order = export(cast, run)
    folder.keep("payment-run.xml", order)
    paid_cents = _settle(cast, run, bank.pay(order, closed={moved.iban}, **_now(script)))
    accounts.record(cast, moved.operator_id, moved.iban)
    second = freeze(script, cast, script.series, takings.refused)
    expect_same(paid_cents + second.net_cents, run.net_cents, "what came back is due again")
    paid_cents += _settle(cast, second, bank.pay(export(cast, second), closed=(), **_now(script)))
    expect_same(bank.balance_cents, opening_cents - paid_cents, "the bank's account says the same")
    accounts.propose(moved.caller, moved.operator_id, figures.iban(_NEW_IBAN))
    return paid_cents


def pay_by_mandate(script: Script, cast: Cast, refused: Counter[str], folder: Folder) -> int:
    """Take out the list for the public accountant, and confirm what was paid; return the cents."""
    run = freeze(script, cast, script.late_series, refused)
    folder.keep("mandate-list.csv", _leaves(cast, run, "mandate-list"))
    mandates = [
        {
            "end_to_end_id": payment["end_to_end_id"],
            "mandate_number": f"MANDAT-FICTIF-{payment['no'] + 100}",
            "amount_cents": payment["net_cents"],
            "paid_on": script.today.isoformat(),
        }
        for payment in cast.finance.get(run.path)["details"]
    ]
    return _confirmed_cents(cast.finance.post("/mandate-payments", series=run.series, mandates=mandates))


def freeze(script: Script, cast: Cast, series: str, refused: Counter[str]) -> Run:
    """Freeze a run, see its author refused as its approver, and have a colleague approve it."""
    frozen = cast.finance.post("/payment-runs", series=series, cut_off_on=script.today.isoformat())
    approval = {"series": series, "run": frozen["no"], "content_hash": frozen["content_hash"]}
    try:
        cast.finance.post("/payment-run-approvals", **approval, **cast.register.proof(cast.finance))
    except RefusedError as error:
        refused[error.code] += 1
    proof = cast.register.proof(cast.second_finance)
    cast.second_finance.post("/payment-run-approvals", **approval, **proof)
    return Run(series, frozen["no"], frozen["net_cents"])


def export(cast: Cast, run: Run) -> bytes:
    """Take out the payment order of a run: asked again, it is the same bytes."""
    order, again = (_leaves(cast, run, "file") for _ in range(2))
    expect_same(order, again, "the payment order is the same when it is exported again")
    return order


def _leaves(cast: Cast, run: Run, file: str) -> bytes:
    cast.second_finance.post("/payment-run-exports", series=run.series, run=run.no)
    return cast.second_finance.document(f"{run.path}/{file}")


def _settle(cast: Cast, run: Run, statement: bytes) -> int:
    read = cast.finance.upload("/bank-statements", statement, "application/xml", series=run.series)
    again = cast.finance.upload("/bank-statements", statement, "application/xml", series=run.series)
    expect_same((again["matched"], again["known"]), ([], len(read["matched"])), "a statement counts once")
    return _confirmed_cents(read)


def _confirmed_cents(read: dict[str, Any]) -> int:
    expect_same(read["unmatched"], [], "every line of the statement is understood")
    return sum(line["amount_cents"] * (1 if line["fate"] == "paid" else -1) for line in read["matched"])


def _now(script: Script) -> dict[str, Any]:
    return {"on": script.today, "at": clock.now()}
