"""Papers: each exists once, is numbered in its series, carries its funders' keys, and is worth what it should be."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.vouchers import patterns
from voucher_service.vouchers.audit.facts import LAPSED, PAPERS, USED, Check, found

_WORTH = text(f"""
WITH worth AS (
    SELECT paper.campaign_id, 'voucher/' || paper.serial || '/' || paper.issue AS address,
           CASE WHEN active.booklet IS NULL OR newer.serial IS NOT NULL OR void.serial IS NOT NULL
                  OR spent.serial IS NOT NULL THEN 0 ELSE colour.face_cents END AS cents
    FROM ({PAPERS}) AS paper
    JOIN colour ON colour.campaign_id = paper.campaign_id AND colour.no = paper.colour
    LEFT JOIN active_booklet AS active
      ON active.campaign_id = paper.campaign_id AND active.booklet = paper.booklet
    LEFT JOIN replacement AS newer
      ON newer.campaign_id = paper.campaign_id AND newer.serial = paper.serial AND newer.issue = paper.issue + 1
    LEFT JOIN void
      ON void.campaign_id = paper.campaign_id AND void.serial = paper.serial AND void.issue = paper.issue
    LEFT JOIN ({USED} UNION ALL {LAPSED}) AS spent
      ON spent.campaign_id = paper.campaign_id AND spent.serial = paper.serial AND spent.issue = paper.issue
), held AS (
    SELECT campaign_id, address, balance FROM account WHERE starts_with(address, 'voucher/')
)
SELECT campaign_id, address AS subject, balance, cents
FROM held FULL JOIN worth USING (campaign_id, address) WHERE balance IS DISTINCT FROM cents""")
_SHARES = text("""
SELECT worn.campaign_id, worn.batch_no, share.funder, max(worn.face_cents) AS face_cents,
       sum(worn.vouchers * share.advanced_cents) AS advanced, sum(worn.vouchers * share.borne_cents) AS borne
FROM (SELECT voucher.campaign_id, booklet.batch_no, voucher.colour, campaign.face_cents, count(*) AS vouchers
      FROM voucher
      JOIN booklet ON booklet.campaign_id = voucher.campaign_id AND booklet.number = voucher.booklet
      JOIN campaign ON campaign.id = voucher.campaign_id
      GROUP BY 1, 2, 3, 4) AS worn
JOIN colour_share AS share ON share.campaign_id = worn.campaign_id AND share.colour = worn.colour
GROUP BY 1, 2, 3""")
_BATCHES = text("""
SELECT batch.campaign_id, batch.no AS subject, face_cents, booklet_size * (last_booklet - first_booklet + 1) AS vouchers
FROM batch JOIN campaign ON campaign.id = batch.campaign_id ORDER BY 1, 2""")
_KEYS = text("SELECT campaign_id, funder, advanced_parts, borne_parts FROM campaign_share")
_NUMBERS = text("""
SELECT campaign_id, number AS subject, 'is not numbered in its series' AS detail
FROM booklet JOIN campaign ON campaign.id = booklet.campaign_id
WHERE number <> series || '-' || lpad(ordinal::text, 6, '0')
UNION ALL
SELECT campaign_id, 'booklets', 'are not numbered from 1 without a gap'
FROM booklet GROUP BY campaign_id HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*)
UNION ALL
SELECT batch.campaign_id, 'batch ' || batch.no, 'does not follow the batch before, or its booklets are not its own'
FROM (SELECT *, lag(last_booklet, 1, 0) OVER (PARTITION BY campaign_id ORDER BY no) AS before FROM batch) AS batch
LEFT JOIN (SELECT campaign_id, batch_no, min(ordinal) AS first, max(ordinal) AS last FROM booklet GROUP BY 1, 2) AS own
  ON own.campaign_id = batch.campaign_id AND own.batch_no = batch.no
WHERE batch.first_booklet <> before + 1 OR (own.first, own.last) IS DISTINCT FROM (first_booklet, last_booklet)
UNION ALL
SELECT voucher.campaign_id, serial, 'is not numbered in its booklet'
FROM voucher WHERE serial <> booklet || '-' || lpad(position::text, 2, '0')
UNION ALL
SELECT campaign_id, coalesce(number, held.booklet), 'does not hold its vouchers from 1 to the last'
FROM (SELECT booklet.campaign_id, number, booklet_size
      FROM booklet JOIN campaign ON campaign.id = booklet.campaign_id) AS wanted
FULL JOIN (SELECT campaign_id, booklet, booklet AS number, count(*) AS vouchers, min(position) AS first,
                  max(position) AS last FROM voucher GROUP BY 1, 2) AS held USING (campaign_id, number)
WHERE (held.vouchers, held.first, held.last) IS DISTINCT FROM (booklet_size, 1, booklet_size)""")
_CODES = text(f"""
SELECT campaign_id, serial || '/' || issue AS subject, codes
FROM ({PAPERS}) AS paper
FULL JOIN (SELECT campaign_id, serial, issue, count(*) AS codes FROM code GROUP BY 1, 2, 3) AS coded
  USING (campaign_id, serial, issue)
WHERE codes IS DISTINCT FROM 1 OR booklet IS NULL""")


def papers_are_worth_what_their_facts_say(session: Session) -> Iterator[Finding]:
    """A paper is worth its face from its activation until it is used, void or replaced, and nothing otherwise."""
    for row in session.execute(_WORTH):
        yield found(
            papers_are_worth_what_their_facts_say, row, f"holds {row.balance}, should hold {row.cents}"
        )


def patterns_are_exact(session: Session) -> Iterator[Finding]:
    """In each batch, what each funder advances and bears is its key of all the faces, to the cent."""
    keys: dict[int, tuple[dict[str, int], dict[str, int]]] = {}
    for row in session.execute(_KEYS):
        advanced, borne = keys.setdefault(row.campaign_id, ({}, {}))
        advanced[row.funder], borne[row.funder] = row.advanced_parts, row.borne_parts
    laid: dict[tuple[int, int], dict[str, tuple[int, int]]] = {}
    for row in session.execute(_SHARES):
        laid.setdefault((row.campaign_id, row.batch_no), {})[row.funder] = (row.advanced, row.borne)
    for row in session.execute(_BATCHES):
        advanced, borne = (
            patterns.totals(row.vouchers * row.face_cents, parts) for parts in keys[row.campaign_id]
        )
        batch = laid.get((row.campaign_id, row.subject), {})
        for funder in sorted(advanced.keys() | batch.keys()):
            wanted = (advanced.get(funder, 0), borne.get(funder, 0))
            if batch.get(funder, (0, 0)) != wanted:
                yield found(patterns_are_exact, row, f"{funder}: {batch.get(funder)}, key {wanted}")


def serials_are_continuous(session: Session) -> Iterator[Finding]:
    """Booklets are numbered from 1 without a gap, batch after batch, and vouchers in their booklet.

    CGCT R.1611-8: the number of a title is in a continuous series.
    """
    for row in session.execute(_NUMBERS):
        yield found(serials_are_continuous, row, row.detail)


def each_paper_has_one_code(session: Session) -> Iterator[Finding]:
    """Each serial and issue has one code, and each code is of a paper that was made."""
    for row in session.execute(_CODES):
        yield found(each_paper_has_one_code, row, f"{row.codes or 0} codes")


CHECKS: tuple[Check, ...] = (
    papers_are_worth_what_their_facts_say,
    patterns_are_exact,
    serials_are_continuous,
    each_paper_has_one_code,
)
