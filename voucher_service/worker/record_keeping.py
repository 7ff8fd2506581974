"""Record keeping: every minute, each campaign's entries take their place, and full stretches are summed.

Reports place what they need themselves: this only keeps the queue short, so that nobody waits for it.
"""

from datetime import datetime
from functools import partial

from voucher_service.funding import campaigns
from voucher_service.kernel.database import Database
from voucher_service.ledger import record, segments
from voucher_service.worker.works import scheduled


@scheduled("* * * * *")
def keep_the_records(database: Database, at: datetime) -> None:  # noqa: ARG001 -- every duty is told the time
    """Place the entries of each campaign in its record, one campaign after the other."""
    for campaign in database.run(campaigns.search):
        database.run(partial(record.sequence, campaign_id=campaign.id))
        database.run(partial(segments.close_full, campaign_id=campaign.id))
