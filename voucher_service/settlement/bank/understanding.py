"""Understanding: what the movements of our accounts mean, as far as it is certain; the rest waits for a person.

In this order: money that came in (it may be what payments are covered by), what we entered ourselves before, our
payments and those that came back, the bank's fees. Every movement that nobody explained yet is looked at again each
time, since what it waited for may have come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, deposits
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.settlement.bank import (
    charges,
    naming,
    own_accounts,
    own_entries,
    own_payments,
    payment_files,
    resolutions,
    senders,
)
from voucher_service.settlement.bank.lines import BankLine, on_statements
from voucher_service.settlement.bank.resolutions import Meaning, Meant
from voucher_service.settlement.matching import Doubt, Matching

_NEAR_DAYS = 31


@dataclass(slots=True)
class Understood:
    """What the movements of some accounts meant: payments in ``matching``, the rest by line, and what is doubtful."""

    lines: dict[int, BankLine] = field(default_factory=dict)
    matching: Matching = field(default_factory=Matching)
    meant: list[Meant] = field(default_factory=list)
    doubts: dict[int, Doubt] = field(default_factory=dict)


def understand(session: Session, *, ibans: Iterable[str], at: datetime, by: Actor) -> Understood:
    """Explain every movement of these accounts that can be explained for certain, and post what it means."""
    lines = resolutions.open_lines(session, ibans=ibans)
    found = Understood({line.no: line for line in lines})
    if not lines:
        return found
    owners = own_accounts.campaigns_by_iban(session, ibans={line.iban for line in lines})
    named = naming.named(session, lines)
    files = payment_files.opened(session, lines, besides=named)
    ours = {*named, *(one.line.no for one in files)}
    others = _vouched(session, [line for line in lines if line.no not in ours], found)
    _entered(session, others, owners, found, at=at, by=by)
    told = own_payments.explain(session, lines, named=named, files=files, at=at, by=by)
    found.matching = told.matching
    found.meant += told.meant
    found.doubts |= told.doubts
    _fees(session, [line for line in others if charges.is_fee(line)], owners, found, by=by)
    resolutions.write(session, found.meant, at=at, by=by)
    explained = {meant.line_no for meant in found.meant}
    for line in lines:
        if line.no not in explained:
            found.doubts.setdefault(line.no, Doubt.UNKNOWN)
    return found


def _vouched(session: Session, lines: Sequence[BankLine], found: Understood) -> list[BankLine]:
    # A payment must agree with our own order; money that comes in agrees with nothing but the account's balances.
    told = on_statements(session, lines)
    found.doubts |= {line.no: Doubt.NOTICE_ONLY for line in lines if line.no not in told}
    return [line for line in lines if line.no in told]


def _entered(
    session: Session,
    lines: Sequence[BankLine],
    owners: dict[str, list[Campaign]],
    found: Understood,
    *,
    at: datetime,
    by: Actor,
) -> None:
    campaigns = sorted({campaign.id for known in owners.values() for campaign in known})
    amounts = sorted({line.amount_cents for line in lines})
    waiting = own_entries.not_told(session, campaigns=campaigns, amounts=amounts)
    known = (
        senders.of_campaigns(session, campaigns=campaigns) if any(line.is_credit for line in lines) else []
    )
    for line in lines:
        mine = {campaign.id for campaign in owners.get(line.iban, [])}
        alike = [one for one in waiting if one.campaign_id in mine and one.fits(line)]
        named = [one for one in alike if one.is_named_by(line)]
        near = [one for one in alike if abs((one.dated_on - line.booked_on).days) <= _NEAR_DAYS]
        if len(named) == 1:
            waiting.remove(named[0])
            found.meant.append(linked(line, named[0]))
        elif near:
            found.doubts[line.no] = Doubt.PERHAPS_ENTERED
        elif line.is_credit and not line.is_return:
            sender = senders.recognise(line, [one for one in known if one.campaign_id in mine])
            if sender is not None:
                _received(session, line, sender, found, at=at, by=by)


def _received(
    session: Session, line: BankLine, sender: senders.Sender, found: Understood, *, at: datetime, by: Actor
) -> None:
    if deposits.find(session, campaign_id=sender.campaign_id, reference=line.reference) is not None:
        found.doubts[line.no] = Doubt.REFERENCE_IS_TAKEN
        return
    found.meant.append(received(session, line, series=sender.series, funder=sender.funder, at=at, by=by))


def received(
    session: Session,
    line: BankLine,
    *,
    series: str,
    funder: str | None,
    meaning: Meaning = Meaning.DEPOSIT,
    note: str | None = None,
    at: datetime,
    by: Actor,
) -> Meant:
    """Receive a credit as a deposit of a funder, or (from nobody known) into suspense, and say what it meant."""
    campaign = campaigns.get(session, series)
    taken = deposits.find(session, campaign_id=campaign.id, reference=line.reference) is not None
    deposit = deposits.receive(
        session,
        series=series,
        # A bank may use a reference again; the line's own number tells the two apart.
        reference=f"{line.reference}#{line.no}" if taken else line.reference,
        amount_cents=line.amount_cents,
        received_on=line.booked_on,
        funder=funder,
        at=at,
        by=by,
    )
    return Meant(
        line.no, meaning, deposit.campaign_id, deposit.entry_no, deposit.reference, deposit.funder, note
    )


def linked(line: BankLine, entered: own_entries.Entered, note: str | None = None) -> Meant:
    """Say that a movement is what we entered by hand before."""
    return Meant(
        line.no,
        entered.meaning,
        entered.campaign_id,
        entered.entry_no,
        entered.reference,
        entered.funder,
        note,
    )


def _fees(
    session: Session,
    lines: Sequence[BankLine],
    owners: dict[str, list[Campaign]],
    found: Understood,
    *,
    by: Actor,
) -> None:
    certain = [
        line
        for line in lines
        if line.amount_cents <= charges.USUAL_CENTS
        and len(owners.get(line.iban, [])) == 1
        and line.no not in found.doubts
    ]
    in_order = sorted(certain, key=lambda line: (line.iban, line.booked_on))
    for (iban, booked_on), group in groupby(in_order, key=lambda line: (line.iban, line.booked_on)):
        taken, campaign = list(group), owners[iban][0]
        entry_no = charges.take(session, campaign, taken, booked_on=booked_on, by=by)
        if entry_no is None:
            found.doubts |= {line.no: Doubt.MONEY_IS_SHORT for line in taken}
            continue
        found.meant += [Meant(line.no, Meaning.CHARGE, campaign.id, entry_no) for line in taken]
