"""Record: a page that shows figures first has every act placed, as a report does."""

from functools import partial

from voucher_service.ledger import record
from voucher_service.web.context import site


def placed(campaign_id: int) -> int:
    """Have every act of a campaign placed in its record, and return the last position."""
    return site().database.run(partial(record.sequence, campaign_id=campaign_id))
