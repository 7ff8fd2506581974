from functools import partial

from tests.world import NOW, World
from voucher_service.kernel.database import Database
from voucher_service.ledger import record
from voucher_service.worker.record_keeping import keep_the_records


def test_every_campaign_s_entries_take_their_place_once(database: Database, committed: World) -> None:
    campaign = committed.campaign()
    other = World(committed.do, committed.keyring, series="HT-2027").campaign()
    committed.funds(5_000)

    keep_the_records(database, NOW)
    keep_the_records(database, NOW)

    positions = [committed.do(partial(record.last_position, campaign_id=one.id)) for one in (campaign, other)]
    assert positions == [2, 0]
