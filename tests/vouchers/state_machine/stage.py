"""The stage: the middle of a campaign, committed once, from which every example sets out."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.conftest import Workspace
from tests.vouchers.state_machine.model import FACE, PEOPLE, SIZE, Carnet, Model, Paper, Purse, Turn
from tests.world import Desk, Shop, World, in_database, serials_of
from voucher_service.funding import campaigns
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.ledger import books

IN_THE_KEY, ELSEWHERE = ("metropole", "etat"), "departement"
_FUNDS = 40_000
_AT_DESKS = (0, 0, 1, 0, 1)


@dataclass(frozen=True)
class Stage:
    """A campaign that has begun: its desks and venues, two people who will come back, and its model.

    ``colours`` tells the euros of each sender apart; None: of nobody known.
    """

    database: Database
    world: World
    campaign_id: int
    desks: tuple[Desk, Desk]
    shops: tuple[Shop, Shop]
    people: tuple[UUID, UUID]
    colours: dict[int, str | None]
    model: Model


def opened(workspace: Workspace, keyring: Keyring) -> Stage:
    """Open a campaign with papers everywhere: a booklet in hand, four at the desks, one in the stock."""
    database = workspace.clean()
    workspace.is_clean = False
    world = in_database(database, keyring)
    world.campaign(booklet_size=SIZE)
    world.funder(ELSEWHERE)
    desks, shops = (world.desk(), world.desk()), (world.shop(), world.shop())
    world.funds(_FUNDS)
    numbers = world.produced(5) + world.produced(1)
    world.activate(numbers[:5])
    for number, desk in zip(numbers, _AT_DESKS, strict=False):
        world.allocate([number], desks[desk])
    people = (uuid4(), uuid4())
    handed = world.hand_over(numbers[:1], desks[0], person_id=people[0])
    campaign_id = world.do(lambda s: campaigns.get(s, world.series)).id
    model = Model(
        desks=tuple(desk.site.no for desk in desks),
        shops=tuple(shop.venue.no for shop in shops),
        purses={funder: Purse() for funder in IN_THE_KEY},
        carnets=[Carnet(number, papers=_papers(number)) for number in numbers],
        money=_FUNDS,
    )
    _tell(model, handed.id, people[0])
    colours = _colours(world, campaign_id)
    return Stage(database, world, campaign_id, desks, shops, people, colours, model)


def _papers(number: str) -> dict[str, Paper]:
    return {serial: Paper() for serial in serials_of(number, SIZE)}


def _tell(model: Model, handover_id: UUID, person: UUID) -> None:
    model.purses["metropole"].paid = _FUNDS - len(_AT_DESKS) * SIZE * FACE
    for desk, carnet in zip(_AT_DESKS, model.carnets, strict=False):
        carnet.is_active = True
        carnet.go(f"desk{desk}")
        for paper in carnet.papers.values():
            paper.state = "live"
    turn = Turn(handover_id, 0, person, model.carnets[:1])
    turn.carnets[0].go(PEOPLE, turn)
    model.turns.append(turn)


def _colours(world: World, campaign_id: int) -> dict[int, str | None]:
    def colour(funder: str) -> int:
        return int(world.do(lambda s: books.unit_colour(s, campaign_id=campaign_id, funder=funder)))

    return {books.UNATTRIBUTED: None} | {colour(funder): funder for funder in (*IN_THE_KEY, ELSEWHERE)}
