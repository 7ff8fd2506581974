"""Accounts: readable addresses, and a counter with a guard where value must never run short."""

from collections.abc import Iterable, Sequence

from sqlalchemy import CheckConstraint, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code

MONEY = ("bank", "commitment")
ACTIVATION = "activation"
SUSPENSE = "suspense"
EXPIRED = "expired"
LOSS = "loss"
TAKEN_IN_CHARGE = "custody/taken-in-charge"
STOCK = "custody/stock"
BENEFICIARIES = "custody/beneficiaries"
USED = "custody/used"
VOID = "custody/void"
EXPIRED_PAPERS = "custody/expired"
SHORTAGE = "custody/shortage"
BOUND = "custody-of-booklets"

_GUARDED = ("voucher/", "booklet/", "funds/", "run/", "refund/", "custody/prescriber/", "custody/transit/")
_LOCK_ORDER = ("voucher/", "booklet/")


class Account(Base):
    """A guarded account's counter (credits less debits, never below zero), or a row that is only a lock.

    ``version`` grows at each change: a fact that one act relies on and another can take away is
    protected by a row that both touch.
    """

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("balance >= 0", name="never_short"),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    address: Mapped[Code] = mapped_column(primary_key=True)
    balance: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="0")


def voucher(serial: str, issue: int) -> str:
    """Address the value of one paper: it lives while this account holds its face."""
    return f"voucher/{serial}/{issue}"


def booklet(number: str) -> str:
    """Address the papers of one booklet that still move together."""
    return f"booklet/{number}"


def pledged(funder: str) -> str:
    """Address what a funder promised and has not paid."""
    return f"funder/{funder}/pledged"


def receivable(funder: str) -> str:
    """Address the claim that answers a pledge."""
    return f"funder/{funder}/receivable"


def funds(funder: str) -> str:
    """Address what was received from a funder and is not in a voucher."""
    return f"funds/{funder}"


def due(venue_no: int) -> str:
    """Address what a venue has earned and is in no run."""
    return f"venue/{venue_no}/due"


def run(number: int) -> str:
    """Address what is frozen in a payment run."""
    return f"run/{number}"


def refund(funder: str) -> str:
    """Address what goes back to a funder."""
    return f"refund/{funder}"


def prescriber(site_no: int) -> str:
    """Address the papers that a prescriber's site holds."""
    return f"custody/prescriber/{site_no}"


def transit(site_no: int) -> str:
    """Address the papers sent to a prescriber's site and not counted there yet."""
    return f"custody/transit/{site_no}"


def is_guarded(address: str) -> bool:
    """Say whether this account keeps a counter that must not run short."""
    return address.startswith(_GUARDED) or address in (STOCK, EXPIRED) or address.endswith("/pledged")


def lock_order(address: str) -> tuple[int, str]:
    """Rank an address so that two acts can never wait for each other: vouchers, booklets, shared rows."""
    rank = next((i for i, prefix in enumerate(_LOCK_ORDER) if address.startswith(prefix)), len(_LOCK_ORDER))
    return rank, address


def open_accounts(session: Session, *, campaign_id: int, addresses: Iterable[str]) -> None:
    """Open empty accounts; one that is open already stays as it is."""
    rows = [{"campaign_id": campaign_id, "address": address} for address in addresses]
    if rows:
        session.execute(upsert(Account).on_conflict_do_nothing(), rows)


def open_from(session: Session, *, rows: object) -> None:
    """Open the accounts that a SELECT of (campaign_id, address) names, in one statement."""
    session.execute(insert(Account).from_select(["campaign_id", "address"], rows))  # type: ignore[arg-type]


def hold(session: Session, *, campaign_id: int, addresses: Iterable[str]) -> None:
    """Keep others off guarded accounts until the act is over, in the order in which every act takes them.

    For an act that several people do at once on the same booklet: they wait for each other, and none is outrun
    again and again.
    """
    for address in sorted(addresses, key=lock_order):
        held = select(Account.version).where(Account.address == address, Account.campaign_id == campaign_id)
        session.execute(held.with_for_update())


def seen(session: Session, *, campaign_id: int, addresses: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Read (balance, version) of guarded accounts, for an act that will rely on them."""
    rows = session.execute(
        select(Account.address, Account.balance, Account.version).where(
            Account.campaign_id == campaign_id, Account.address.in_(addresses)
        )
    )
    return {row.address: (row.balance, row.version) for row in rows}
