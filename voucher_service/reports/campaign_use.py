"""Campaign use: what became of a campaign's vouchers, in number and in euros, and who bears what was used."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.reports.known import ENTRIES, Known, known
from voucher_service.reports.table import Column, Kind, Ratio, Row, Table, Wording

_COLUMNS = (
    Column("step", Kind.TEXT, "Code", "Code"),
    Column("meaning", Kind.TEXT, "Étape", "Step"),
    Column("booklets", Kind.INTEGER, "Carnets", "Booklets"),
    Column("papers", Kind.INTEGER, "Pass", "Vouchers"),
    Column("cents", Kind.CENTS, "Montant", "Amount"),
    Column("rate", Kind.RATIO, "Taux", "Rate"),
    Column("rate_of", Kind.TEXT, "Taux calculé sur", "Rate computed on"),
)
_NOTES = (
    Wording(
        "Les carnets sont comptés là où ils se trouvent à la date indiquée : un carnet rendu n'est plus remis. "
        "Remise présumée : personne ne l'a saisie, un pass du carnet a été encaissé.",
        "Booklets are counted where they are on the date shown: one that was given back is no longer handed "
        "over. Inferred: nobody recorded the handover, a voucher of the booklet was used.",
    ),
    Wording(
        "Restant = activé, moins encaissé, périmé et annulé. Le montant d'un taux en euros se rapporte à la "
        "ligne « encaissé ».",
        "Left = activated, less used, expired and void. A rate in euros is of the line “used”.",
    ),
)
_MEANINGS = {
    "produced": Wording("Produit", "Produced"),
    "activated": Wording("Activé", "Activated"),
    "allocated": Wording("Doté aux prescripteurs", "Allocated to prescribers"),
    "missing": Wording("Manquant à l'arrivée", "Missing on arrival"),
    "handed-over": Wording("Remis", "Handed over"),
    "inferred": Wording("dont remise présumée", "of which handover inferred"),
    "started": Wording("Entamé", "Begun"),
    "used": Wording("Encaissé", "Used"),
    "used-of-handed-over": Wording("Encaissé, sur remis", "Used, of those handed over"),
    "void": Wording("Annulé", "Void"),
    "expired": Wording("Périmé", "Expired"),
    "left": Wording("Restant", "Left"),
}
_VOUCHERS_PRODUCED = Wording("pass produits", "vouchers produced")
_VOUCHERS_ACTIVATED = Wording("pass activés", "activated vouchers")
_VOUCHERS_HANDED_OVER = Wording("pass remis", "vouchers handed over")
_PRODUCED = Wording("carnets produits", "booklets produced")
_ALLOCATED = Wording("carnets dotés", "booklets allocated")
_HANDED_OVER = Wording("carnets remis", "booklets handed over")
_CENTS_USED = Wording("montant encaissé (centimes)", "amount used (cents)")
# What was activated is read where the money entered, a row per funder: where it arrived is a row per voucher.
# What is left of a paper is a matter of its facts alone: nothing here reads a counter, which knows only today.
# A booklet's last move is found as one number, its turn and where it led: sorting all moves takes thrice as long.
_STEPS = text(f"""
WITH {ENTRIES}, made AS (
    SELECT batch.no AS batch_no, batch.last_booklet - batch.first_booklet + 1 AS booklets
    FROM batch JOIN LATERAL (
        SELECT entry_no FROM booklet_move JOIN booklet
          ON booklet.campaign_id = booklet_move.campaign_id AND booklet.number = booklet_move.booklet
        WHERE booklet_move.campaign_id = batch.campaign_id AND booklet.ordinal = batch.first_booklet AND turn = 1
    ) AS first ON true JOIN known USING (entry_no)
    WHERE batch.campaign_id = :campaign_id
), activated AS (
    SELECT coalesce(sum(amount), 0)::bigint / :face_cents AS papers, coalesce(sum(amount), 0)::bigint AS cents
    FROM transfer JOIN known USING (entry_no)
    JOIN activation ON activation.campaign_id = transfer.campaign_id AND activation.entry_no = transfer.entry_no
    WHERE transfer.campaign_id = :campaign_id AND credit = 'activation'
), active AS (
    SELECT count(*) AS booklets
    FROM active_booklet JOIN activation ON activation.id = activation_id JOIN known USING (entry_no)
    WHERE active_booklet.campaign_id = :campaign_id
), last AS (
    SELECT max(turn * 8 + CASE place WHEN 'custody/stock' THEN 0 WHEN 'custody/shortage' THEN 1
                               WHEN 'custody/beneficiaries' THEN 2 + coalesce(inferred, false)::integer
                               ELSE 4 END) % 8 AS led_to
    FROM booklet_move JOIN known USING (entry_no) LEFT JOIN handover ON handover.id = act_id
    WHERE booklet_move.campaign_id = :campaign_id GROUP BY booklet
), placed AS (
    SELECT count(*) FILTER (WHERE led_to > 0) AS allocated, count(*) FILTER (WHERE led_to IN (2, 3)) AS handed_over,
           count(*) FILTER (WHERE led_to = 3) AS inferred, count(*) FILTER (WHERE led_to = 1) AS missing
    FROM last
), used AS (
    SELECT redemption.serial, redemption.face_cents
    FROM redemption JOIN known USING (entry_no)
    LEFT JOIN (SELECT redemption_id FROM redemption_reversal JOIN known USING (entry_no)
               WHERE campaign_id = :campaign_id) AS undone ON undone.redemption_id = redemption.id
    WHERE redemption.campaign_id = :campaign_id AND undone.redemption_id IS NULL
), spent AS (
    SELECT count(*) AS papers, coalesce(sum(face_cents), 0)::bigint AS cents,
           count(DISTINCT left(serial, length(serial) - 3)) AS started
    FROM used
), ended AS (
    SELECT coalesce(sum(amount) FILTER (WHERE credit = 'expired'), 0)::bigint AS expired_cents,
           coalesce(sum(amount) FILTER (WHERE starts_with(debit, 'voucher/') AND credit = 'activation'), 0)::bigint
               AS void_cents
    FROM transfer JOIN known USING (entry_no)
    WHERE campaign_id = :campaign_id AND (credit = 'expired' OR credit = 'activation')
)
SELECT coalesce((SELECT sum(booklets) FROM made), 0)::bigint AS produced, active.booklets AS active_booklets,
       activated.papers AS activated, activated.cents AS activated_cents, placed.*, spent.papers AS used,
       spent.cents AS used_cents, spent.started, ended.*
FROM activated, active, placed, spent, ended""")
_BORNE = text(f"""
WITH {ENTRIES}, used AS (
    SELECT redemption.colour, count(*) AS papers
    FROM redemption JOIN known USING (entry_no)
    LEFT JOIN (SELECT redemption_id FROM redemption_reversal JOIN known USING (entry_no)
               WHERE campaign_id = :campaign_id) AS undone ON undone.redemption_id = redemption.id
    WHERE redemption.campaign_id = :campaign_id AND undone.redemption_id IS NULL
    GROUP BY 1
)
SELECT share.funder, funder.name, coalesce(sum(papers * borne_cents), 0)::bigint AS borne,
       coalesce(sum(papers * advanced_cents), 0)::bigint AS advanced
FROM campaign_share AS share JOIN funder ON funder.code = share.funder
LEFT JOIN colour_share ON colour_share.campaign_id = :campaign_id AND colour_share.funder = share.funder
LEFT JOIN used ON used.colour = colour_share.colour
WHERE share.campaign_id = :campaign_id GROUP BY share.funder, funder.name ORDER BY share.funder""")


def build(session: Session, *, series: str, on: date, by: Actor, position: int | None = None) -> Table:
    """Count a campaign's vouchers at each step of their life, on a date and as known at a position.

    A rate always stands beside what it was computed from. Raises ``CampaignIsUnknown``,
    ``PositionIsNotReached``.
    """
    view = known(session, series=series, position=position, on=on, by=by)
    return Table(
        name="campaign-use",
        title=Wording("Emploi de la campagne", "Campaign use"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=view.about,
        columns=_COLUMNS,
        rows=[*_steps(session, view), *_per_funder(session, view)],
        notes=_NOTES,
    )


def _steps(session: Session, view: Known) -> Iterator[Row]:
    face = view.campaign.face_cents
    seen = session.execute(_STEPS, {**view.parameters, "face_cents": face}).one()
    left = seen.activated_cents - seen.used_cents - seen.void_cents - seen.expired_cents
    active = (_VOUCHERS_ACTIVATED, seen.activated)
    handed_over = (_VOUCHERS_HANDED_OVER, seen.handed_over * view.campaign.booklet_size)
    yield from _until_handed_over(view, seen)
    yield _papers("used", seen.used_cents, face, active)
    yield _papers("used-of-handed-over", seen.used_cents, face, handed_over)
    yield _papers("void", seen.void_cents, face, active)
    yield _papers("expired", seen.expired_cents, face, active)
    yield _papers("left", left, face, active)


def _until_handed_over(view: Known, seen: Found[Any]) -> Iterator[Row]:
    size, face = view.campaign.booklet_size, view.campaign.face_cents
    made = seen.produced * size
    yield ["produced", _MEANINGS["produced"], seen.produced, made, made * face, None, ""]
    held = (seen.active_booklets, seen.activated, seen.activated_cents)
    activated = Ratio(seen.activated, made)
    yield ["activated", _MEANINGS["activated"], *held, activated, _VOUCHERS_PRODUCED]
    for step, booklets, of, whole in (
        ("allocated", seen.allocated, _PRODUCED, seen.produced),
        ("missing", seen.missing, _ALLOCATED, seen.allocated),
        ("handed-over", seen.handed_over, _ALLOCATED, seen.allocated),
        ("inferred", seen.inferred, _HANDED_OVER, seen.handed_over),
        ("started", seen.started, _HANDED_OVER, seen.handed_over),
    ):
        papers = booklets * size
        yield [step, _MEANINGS[step], booklets, papers, papers * face, Ratio(booklets, whole), of]


def _papers(step: str, cents: int, face: int, whole: tuple[Wording, int]) -> Row:
    of, papers = whole
    return [step, _MEANINGS[step], None, cents // face, cents, Ratio(cents // face, papers), of]


def _per_funder(session: Session, view: Known) -> Iterator[Row]:
    shares = session.execute(_BORNE, view.parameters).all()
    used = sum(share.borne for share in shares)
    for share in shares:
        borne = Wording(f"Encaissé, supporté par {share.name}", f"Used, borne by {share.name}")
        advanced = Wording(f"Encaissé, avancé par {share.name}", f"Used, advanced by {share.name}")
        for key, title, cents in (("borne", borne, share.borne), ("advanced", advanced, share.advanced)):
            step = f"used-{key}/{share.funder}"
            yield [step, title, None, None, cents, Ratio(cents, used), _CENTS_USED]
