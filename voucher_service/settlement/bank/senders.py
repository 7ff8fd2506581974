"""Senders: which funder money on the account comes from, and for which campaign, told by what its line says.

A pledge's reference in the transfer's words, the funder's account as we know it from a deposit before, or the
funder's name. Each must lead to one funder of one campaign: what could be two is left to a person.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.settlement.bank.lines import BankLine

_SHORTEST_REFERENCE = 5
_KNOWN = text("""
SELECT share.campaign_id, campaign.series, share.funder, funder.name, organisation.name AS organisation,
       (SELECT balance FROM account WHERE account.campaign_id = share.campaign_id
        AND account.address = 'funder/' || share.funder || '/pledged') AS promised_cents,
       ARRAY(SELECT pledge.reference FROM pledge
             WHERE pledge.campaign_id = share.campaign_id AND pledge.funder = share.funder) AS pledges,
       ARRAY(SELECT DISTINCT line.counterparty_iban FROM bank_resolution AS meant
             JOIN bank_line AS line ON line.no = meant.line_no
             WHERE meant.meaning = 'deposit' AND meant.funder = share.funder
               AND line.counterparty_iban IS NOT NULL) AS ibans
FROM campaign_share AS share
JOIN campaign ON campaign.id = share.campaign_id
JOIN funder ON funder.code = share.funder
LEFT JOIN organisation ON organisation.id = funder.organisation_id
WHERE share.campaign_id = ANY(CAST(:campaigns AS bigint[]))
ORDER BY campaign.series, share.funder""")


class Sign(StrEnum):
    """What a line says of its sender."""

    PLEDGE = "pledge"
    IBAN = "iban"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Sender:
    """A funder of a campaign, and how it is recognised; ``promised_cents`` is what it still promises."""

    campaign_id: int
    series: str
    funder: str
    names: frozenset[str]
    promised_cents: int
    pledges: frozenset[str]
    ibans: frozenset[str]

    def signs(self, line: BankLine) -> set[Sign]:
        """Return what the line says that is this funder's."""
        said = _words(line.remittance or "", line.end_to_end_id or "", line.reference)
        found = {
            Sign.PLEDGE: any(f" {reference} " in said for reference in self.pledges),
            Sign.IBAN: line.counterparty_iban in self.ibans,
            Sign.NAME: _words(line.name or "").strip() in self.names,
        }
        return {sign for sign, is_there in found.items() if is_there}

    def is_meant_by(self, line: BankLine) -> bool:
        """Say whether the line's words name this campaign."""
        return f" {_words(self.series).strip()} " in _words(line.remittance or "", line.end_to_end_id or "")


def of_campaigns(session: Session, *, campaigns: Collection[int]) -> list[Sender]:
    """Return the funders of these campaigns, and how each is recognised."""
    return [_sender(row) for row in session.execute(_KNOWN, {"campaigns": sorted(campaigns)})]


def recognise(line: BankLine, senders: Sequence[Sender]) -> Sender | None:
    """Return the one funder of the one campaign that a credit comes from, or None where it is not certain."""
    signed = [sender for sender in senders if sender.signs(line)]
    named = [sender for sender in signed if sender.is_meant_by(line)] or signed
    pledged = [sender for sender in named if Sign.PLEDGE in sender.signs(line)] or named
    return pledged[0] if len(pledged) == 1 else None


def _sender(row: Any) -> Sender:
    return Sender(
        row.campaign_id,
        row.series,
        row.funder,
        frozenset(_words(name).strip() for name in (row.name, row.organisation) if name),
        row.promised_cents or 0,
        frozenset(
            words
            for words in (_words(reference).strip() for reference in row.pledges)
            if len(words) >= _SHORTEST_REFERENCE and any(letter.isdigit() for letter in words)
        ),
        frozenset(row.ibans),
    )


def _words(*texts: str) -> str:
    plain = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return f" {' '.join(re.findall(r'[a-z0-9]+', letters))} "
