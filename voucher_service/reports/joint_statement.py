"""Joint statement (*état contradictoire*): what became of every voucher, between the operator and the sponsor.

Aptic, J+37: what was issued, handed over, used, void, and what expired unused, which is the credit (*avoir*) on face
value; then each funder's part of it, by what it advanced and by what it bears. CGCT R.1611-10 asks for the same lines.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.reports import validity_counts
from voucher_service.reports.known import ENTRIES, Known, known
from voucher_service.reports.table import Column, Kind, Row, Table, Wording
from voucher_service.vouchers import joint_statements

_COLUMNS = (
    Column("line", Kind.TEXT, "Code", "Code"),
    Column("meaning", Kind.TEXT, "Ligne", "Line"),
    Column("booklets", Kind.INTEGER, "Carnets", "Booklets"),
    Column("papers", Kind.INTEGER, "Pass", "Vouchers"),
    Column("cents", Kind.CENTS, "Montant", "Amount"),
)
_MEANINGS: Mapping[str, Wording] = {
    "activated": Wording("Activés (valeur payée par les financeurs)", "Activated (paid for by the funders)"),
    "used": Wording("Encaissés", "Used"),
    "void": Wording("Annulés : rendus aux fonds", "Void: given back to the funds"),
    "expired-never-handed-over": Wording("Périmés, jamais remis", "Expired, never handed over"),
    "expired-handed-over": Wording("Périmés, remis et non utilisés", "Expired, handed over and not used"),
    "expired-given-back": Wording("Périmés : encaissement annulé après terme", "Expired: reversed too late"),
    "accepted-after-expiry": Wording("Acceptés après péremption", "Accepted after their expiry"),
    "left": Wording("Encore utilisables", "Still good"),
}
_NOTES = (
    Wording(
        "Activés = encaissés + annulés + périmés + encore utilisables ; un pass accepté après péremption est compté "
        "parmi les encaissés et retiré des périmés.",
        "Activated = used + void + expired + still good; a voucher accepted after its expiry counts as used and is "
        "taken off what expired.",
    ),
    Wording(
        "L'avoir porte sur la valeur faciale des pass périmés ; les frais ne sont pas rendus.",
        "The credit is on the face value of expired vouchers; fees are not given back.",
    ),
)
_VALUES = text(f"""
WITH {ENTRIES}, moved AS (
    SELECT transfer.debit, transfer.credit, transfer.amount, place
    FROM transfer JOIN known USING (entry_no)
    LEFT JOIN expired_booklet AS ended ON ended.campaign_id = transfer.campaign_id AND transfer.credit = 'expired'
          AND starts_with(transfer.debit, 'voucher/')
          AND ended.booklet = substr(split_part(transfer.debit, '/', 2), 1,
                                     length(split_part(transfer.debit, '/', 2)) - 3)
    WHERE transfer.campaign_id = :campaign_id AND transfer.colour <> 0
      AND (transfer.credit IN ('activation', 'expired') OR transfer.debit = 'expired')
), used AS (
    SELECT coalesce(sum(face_cents), 0) AS cents FROM redemption JOIN known USING (entry_no)
    WHERE campaign_id = :campaign_id
      AND NOT EXISTS (SELECT FROM redemption_reversal AS undone JOIN known ON known.entry_no = undone.entry_no
                      WHERE undone.redemption_id = redemption.id)
)
SELECT coalesce(sum(amount) FILTER (WHERE starts_with(debit, 'funds/')), 0)::bigint AS activated,
       max(used.cents)::bigint AS used,
       coalesce(sum(amount) FILTER (WHERE starts_with(debit, 'voucher/') AND credit = 'activation'), 0)::bigint AS void,
       coalesce(sum(amount) FILTER (WHERE place <> 'custody/beneficiaries'), 0)::bigint AS never_handed_over,
       coalesce(sum(amount) FILTER (WHERE place = 'custody/beneficiaries'), 0)::bigint AS handed_over,
       coalesce(sum(amount) FILTER (WHERE starts_with(debit, 'venue/') AND credit = 'expired'), 0)::bigint
           AS given_back,
       coalesce(sum(amount) FILTER (WHERE debit = 'expired' AND starts_with(credit, 'venue/')), 0)::bigint AS accepted
FROM used LEFT JOIN moved ON true""")
_PER_FUNDER = text(f"""
WITH {ENTRIES}, worn AS (
    SELECT colour, 'used' AS what, sum(face_cents) AS cents FROM redemption JOIN known USING (entry_no)
    WHERE campaign_id = :campaign_id
      AND NOT EXISTS (SELECT FROM redemption_reversal AS undone JOIN known ON known.entry_no = undone.entry_no
                      WHERE undone.redemption_id = redemption.id)
    GROUP BY 1
    UNION ALL
    SELECT colour, 'expired', sum(CASE WHEN credit = 'expired' THEN amount ELSE -amount END)
    FROM transfer JOIN known USING (entry_no)
    WHERE campaign_id = :campaign_id AND (credit = 'expired' OR debit = 'expired' AND credit <> 'activation')
    GROUP BY 1
), shared AS (
    SELECT share.funder, what, sum(cents / face_cents * advanced_cents) AS advanced,
           sum(cents / face_cents * borne_cents) AS borne
    FROM worn JOIN colour ON colour.campaign_id = :campaign_id AND colour.no = worn.colour
    JOIN colour_share AS share ON share.campaign_id = :campaign_id AND share.colour = worn.colour
    GROUP BY 1, 2
)
SELECT part.funder, coalesce(funder.name, part.funder) AS name, kind.what,
       coalesce(advanced, 0)::bigint AS advanced, coalesce(borne, 0)::bigint AS borne
FROM campaign_share AS part CROSS JOIN (VALUES (1, 'used'), (2, 'expired')) AS kind (rank, what)
LEFT JOIN funder ON funder.code = part.funder
LEFT JOIN shared ON shared.funder = part.funder AND shared.what = kind.what
WHERE part.campaign_id = :campaign_id ORDER BY kind.rank, part.funder""")
_OF_FUNDER: Mapping[tuple[str, str], tuple[str, str]] = {
    ("used", "borne"): ("Encaissés, supportés par {}", "Used, borne by {}"),
    ("used", "advanced"): ("Encaissés, avancés par {}", "Used, advanced by {}"),
    ("expired", "borne"): ("Périmés, dont la charge revenait à {}", "Expired, which {} would have borne"),
    ("expired", "advanced"): ("Avoir : périmés, avancés par {}", "Credit: expired, advanced by {}"),
}


def build(
    session: Session,
    *,
    series: str,
    on: date,
    by: Actor,
    no: int | None = None,
    position: int | None = None,
) -> Table:
    """Show what became of a campaign's vouchers: statement ``no`` as it was drawn, or a draft of what is known now.

    Raises ``CampaignIsUnknown``, ``StatementIsUnknown``, ``PositionIsNotReached``.
    """
    number = ""
    if no is not None:
        drawn = joint_statements.get(session, series=series, no=no, by=by)
        number, position, on = drawn.number, drawn.position, drawn.stated_on
    view = known(session, series=series, position=position, on=on, by=by)
    draft = Wording("Projet d'état contradictoire", "Draft of a joint statement")
    final = Wording(f"État contradictoire {number}", f"Joint statement {number}")
    return Table(
        name="joint-statement",
        title=final if number else draft,
        as_of=view.as_of,
        issuer=view.issuer,
        about=(*view.about, validity_counts.last_days(view)),
        columns=_COLUMNS,
        rows=[*_counts(session, view), *_values(session, view), *_per_funder(session, view)],
        notes=_NOTES,
    )


def _counts(session: Session, view: Known) -> Iterator[Row]:
    campaign = view.campaign
    for key, count in validity_counts.read(session, view).items():
        papers = count.booklets * campaign.booklet_size
        yield [key, validity_counts.MEANINGS[key], count.booklets, papers, papers * campaign.face_cents]


def _values(session: Session, view: Known) -> Iterator[Row]:
    seen = session.execute(_VALUES, view.parameters).one()
    expired = seen.never_handed_over + seen.handed_over + seen.given_back - seen.accepted
    cents = {
        "activated": seen.activated,
        "used": seen.used,
        "void": seen.void,
        "expired-never-handed-over": seen.never_handed_over,
        "expired-handed-over": seen.handed_over,
        "expired-given-back": seen.given_back,
        "accepted-after-expiry": -seen.accepted,
        "left": seen.activated - seen.used - seen.void - expired,
    }
    for key, amount in cents.items():
        yield [key, _MEANINGS[key], None, amount // view.campaign.face_cents, amount]


def _per_funder(session: Session, view: Known) -> Iterator[Row]:
    for part in session.execute(_PER_FUNDER, view.parameters):
        for kind in ("borne", "advanced"):
            yield _part(part, kind)


def _part(part: Found[Any], kind: str) -> Row:
    french, english = _OF_FUNDER[part.what, kind]
    meaning = Wording(french.format(part.name), english.format(part.name))
    return [f"{part.what}-{kind}/{part.funder}", meaning, None, None, getattr(part, kind)]
