"""Audit: how long it takes to prove again every promise over a million transfers.

The booklets are produced, activated, allocated and handed over by the domain's own verbs; the redemptions,
which are too many, are written set by set as the verb writes them one by one. The audit then finds nothing,
so what is measured is the audit of true books.
"""

import tempfile
import time
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import databases, world
from voucher_service.kernel.database import Database
from voucher_service.kernel.embedded import Cluster
from voucher_service.ledger import record, segments
from voucher_service.reports import findings

VOUCHERS = 340_000
_BATCH = 10_000
_NAME = "audit_bench"

_TAKEN = """
CREATE TEMP TABLE taken ON COMMIT DROP AS
SELECT voucher.campaign_id, serial, voucher.colour, nextval('entry_no_seq') AS entry_no, gen_random_uuid() AS id,
       CAST(:venues AS bigint[]) AS venues, row_number() OVER () AS n, face_cents
FROM voucher JOIN colour ON colour.campaign_id = voucher.campaign_id AND colour.no = voucher.colour"""
_WRITTEN = (
    """
INSERT INTO entry (campaign_id, no, kind, effective_on, by)
SELECT campaign_id, entry_no, 'redeem', :today, :by FROM taken""",
    """
INSERT INTO transfer (campaign_id, entry_no, line, debit, credit, amount, colour)
SELECT campaign_id, entry_no, 1, 'voucher/' || serial || '/1',
       'venue/' || venues[1 + n % cardinality(venues)] || '/due', face_cents, colour FROM taken
UNION ALL
SELECT campaign_id, entry_no, 2, 'custody/beneficiaries', 'custody/used', 1, 0 FROM taken""",
    "INSERT INTO to_record (campaign_id, entry_no) SELECT campaign_id, entry_no FROM taken",
    """
INSERT INTO redemption (campaign_id, serial, issue, turn, id, basket_id, venue_no, operator_id, entry_no, line,
                        face_cents, colour, served_on, service, minutes, out_of_pocket_cents, delivered_by,
                        pay_by, at, by)
SELECT campaign_id, serial, 1, 0, id, id, venues[1 + n % cardinality(venues)], :operator, entry_no, 1,
       face_cents, colour, :today, :service, 60, 0, 'employee', :today, :now, :by FROM taken""",
    """
UPDATE account SET balance = 0, version = version + 1
FROM taken WHERE account.campaign_id = taken.campaign_id AND address = 'voucher/' || serial || '/1'""",
)


def build(database: Database, keys: Path, *, vouchers: int = VOUCHERS) -> int:
    """Fill an empty database with ``vouchers`` that were all handed over and used; return its transfers."""
    given = world.in_database(database, world.new_keyring(keys))
    campaign = given.campaign()
    desk = given.desk()
    shops = [given.shop() for _ in range(50)]
    for start in range(0, vouchers, _BATCH * campaign.booklet_size):
        given.in_hand(min(_BATCH, (vouchers - start) // campaign.booklet_size), desk)
    venues = [shop.venue.no for shop in shops]
    with database.transaction() as session:
        _use(session, venues, shops[0])
    with database.transaction() as session:
        record.sequence(session, campaign_id=campaign.id)
        segments.close_full(session, campaign_id=campaign.id)
    with database.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM transfer")).scalar_one())


def _use(session: Session, venues: list[int], shop: world.Shop) -> None:
    session.execute(text(_TAKEN), {"venues": venues})
    facts = {
        "today": world.TODAY,
        "now": world.NOW,
        "by": shop.clerk.user_id,
        "operator": shop.clerk.organisation_id,
        "service": world.SERVICE,
    }
    for statement in _WRITTEN:
        session.execute(text(statement), facts)


def measure(database: Database) -> list[findings.Examined]:
    """Audit everything, and return what each check took."""
    return list(findings.examine(database))


def main() -> None:
    """Build the world, audit it, and print each check's time."""
    cluster = Cluster(databases.ROOT / "var" / "bench" / "postgresql")
    template = databases.template(cluster)
    url = databases.copy(cluster, _NAME, of=template)
    database = Database(url, role=databases.role(template))
    with tempfile.TemporaryDirectory() as keys:
        transfers = build(database, Path(keys))
    with Database(url).engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("VACUUM ANALYZE"))
    started = time.perf_counter()
    examined = measure(database)
    seconds = time.perf_counter() - started
    for one in sorted(examined, key=lambda one: -one.seconds):
        print(f"{one.seconds:7.2f} s  {one.check}: {len(one.findings)}")
    print(
        f"{seconds:7.2f} s for {transfers} transfers, {sum(len(one.findings) for one in examined)} findings"
    )
    database.engine.dispose()
    databases.drop(cluster, _NAME)
    cluster.close()


if __name__ == "__main__":
    main()
