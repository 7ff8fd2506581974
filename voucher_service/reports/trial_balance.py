"""Trial balance: every account of a campaign's books, what entered and left it, and whose euros it holds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.ledger import statements
from voucher_service.ledger.books import PAPERS, UNATTRIBUTED, Colour, ColourShare
from voucher_service.ledger.statements import Flow
from voucher_service.reports import chart
from voucher_service.reports.known import Known, known
from voucher_service.reports.table import Cell, Column, Kind, Row, Table, Wording

_ACCOUNTS = (
    Column("account", Kind.TEXT, "Compte", "Account"),
    Column("meaning", Kind.TEXT, "Libellé", "Meaning"),
    Column("debit_cents", Kind.CENTS, "Débit", "Debit", totalled=True),
    Column("credit_cents", Kind.CENTS, "Crédit", "Credit", totalled=True),
    Column("balance_cents", Kind.CENTS, "Solde", "Balance", totalled=True),
)
_PAPERS = (
    Column("papers_out", Kind.INTEGER, "Pass sortis", "Papers out", totalled=True),
    Column("papers_in", Kind.INTEGER, "Pass entrés", "Papers in", totalled=True),
    Column("papers", Kind.INTEGER, "Pass", "Papers", totalled=True),
)
_NOTES = (
    Wording(
        "Solde = crédit moins débit : l'argent de la campagne est négatif, ce dont il répond est positif, et "
        "le tout s'annule. Un lieu au solde négatif doit de l'argent (titre à émettre).",
        "Balance = credit less debit: the campaign's money is negative, what it answers for is positive, and "
        "all of it cancels out. A venue whose balance is negative owes money.",
    ),
    Wording(
        "Les colonnes par financeur répartissent le solde entre ceux qui ont avancé les euros.",
        "The columns per funder split the balance between those who advanced the euros.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Key:
    """How the face of a colour is split between those who advance it."""

    face_cents: int
    advanced_cents: dict[str, int]


@dataclass(slots=True)
class _Sums:
    """What moved on one account, and each funder's part of what it holds."""

    debits: int = 0
    credits: int = 0
    shares: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, flow: Flow, key: _Key) -> None:
        """Count one colour's flow."""
        self.debits += flow.debits
        self.credits += flow.credits
        for funder, cents in key.advanced_cents.items():
            self.shares[funder] += flow.balance // key.face_cents * cents

    @property
    def cells(self) -> list[Cell]:
        """Debits, credits, balance."""
        return [self.debits, self.credits, self.credits - self.debits]


def build(session: Session, *, series: str, on: date, by: Actor, position: int | None = None) -> Table:
    """Balance every account, for acts effective up to ``on`` and as known at ``position`` (the last if None).

    Cents for euros, numbers for papers; all vouchers and all booklets are one line each. Raises
    ``CampaignIsUnknown``, ``PositionIsNotReached``.
    """
    view = known(session, series=series, position=position, on=on, by=by)
    flows = statements.flows(
        session, campaign_id=view.campaign.id, position=view.position, effective_on=view.on
    )
    keys = _keys(session, view)
    seen = {flow.colour for flow in flows}
    funders = sorted({name for no, key in keys.items() for name in key.advanced_cents if no in seen})
    return Table(
        name="trial-balance",
        title=Wording("Balance générale des comptes", "Trial balance"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=view.about,
        columns=(*_ACCOUNTS, *(_column(funder) for funder in funders), *_PAPERS),
        rows=list(_rows(flows, keys, funders)),
        notes=_NOTES,
    )


def _keys(session: Session, view: Known) -> dict[int, _Key]:
    faces = select(Colour.no, Colour.face_cents).where(Colour.campaign_id == view.campaign.id)
    keys = {no: _Key(face, {}) for no, face in session.execute(faces)}
    shares = select(ColourShare.colour, ColourShare.funder, ColourShare.advanced_cents).where(
        ColourShare.campaign_id == view.campaign.id, ColourShare.advanced_cents > 0
    )
    for colour, funder, cents in session.execute(shares):
        keys[colour].advanced_cents["" if colour == UNATTRIBUTED else funder] = cents
    return keys


def _column(funder: str) -> Column:
    if not funder:
        return Column("unattributed_cents", Kind.CENTS, "Non attribué", "Unattributed", totalled=True)
    return Column(f"{funder}_cents", Kind.CENTS, f"dont {funder}", f"of which {funder}", totalled=True)


def _rows(flows: Sequence[Flow], keys: dict[int, _Key], funders: Sequence[str]) -> Iterator[Row]:
    accounts: defaultdict[tuple[str, bool], _Sums] = defaultdict(_Sums)
    for flow in flows:
        accounts[flow.address, flow.colour == PAPERS].add(flow, keys[flow.colour])
    for address, is_of_papers in sorted(accounts, key=lambda account: (chart.place(account[0]), account)):
        sums = accounts[address, is_of_papers]
        euros: list[Cell] = [*sums.cells, *(sums.shares[funder] for funder in funders)]
        papers: list[Cell] = [None] * len(_PAPERS)
        if is_of_papers:
            euros, papers = [None] * len(euros), sums.cells
        yield [address, chart.title(address), *euros, *papers]
