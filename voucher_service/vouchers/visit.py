"""Visit: the vouchers that one person gives at once, whatever their campaigns: a basket for each campaign."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from voucher_service.kernel.refusal import Refusal
from voucher_service.vouchers import basket, presentation, redemption
from voucher_service.vouchers.basket import Basket, Mode
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.presentation import Occasion, Paper
from voucher_service.vouchers.redemption import Outcome
from voucher_service.vouchers.refused_codes import Counter


def redeem(
    session: Session,
    *,
    codes: Sequence[bytes | Refusal],
    on: Occasion,
    delivered: Delivery,
    counter: Counter,
) -> list[Outcome]:
    """Take all the vouchers behind ``codes`` for one service, or none; one outcome for each campaign.

    Raises ``BasketIsOutOfBounds`` and the refusals of ``presentation.show`` and ``basket.sort``.
    """
    basket.refuse_out_of_bounds(codes)
    readable = [code for code in codes if isinstance(code, bytes)]
    shown = presentation.show(session, codes=readable, on=on, counter=counter)
    papers = iter(shown.papers)
    given = [next(papers) if isinstance(code, bytes) else code for code in codes]
    return [
        redemption.take(
            session, venue_no=shown.venue_no, given=Basket(tuple(heap), on, delivered, counter, Mode.ALL)
        )
        for heap in _by_campaign(given)
    ]


def _by_campaign(given: Sequence[Paper | Refusal]) -> list[list[Paper | Refusal]]:
    heaps: dict[int, list[Paper | Refusal]] = {}
    for paper in given:
        # What is refused comes first: nothing is posted that would be rolled back.
        campaign_id = 0 if isinstance(paper, Refusal) else paper["campaign_id"]
        heaps.setdefault(campaign_id, []).append(paper)
    return [heaps[campaign_id] for campaign_id in sorted(heaps)]
