"""Reasons: a refusal that was remembered by its code, said again in words."""

from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.kernel.refusal import Refusal
from voucher_service.vouchers import objections, spent
from voucher_service.web.language import language

_KNOWN: tuple[type[Refusal], ...] = (
    objections.VoucherIsNotYoursToTake,
    objections.VenueIsOutsideTheTerritory,
    objections.ServiceIsNotPaidFor,
    objections.DayOfServiceIsOutOfBounds,
    objections.VoucherIsNotYetGood,
    spent.VoucherIsExpired,
    objections.BookletIsNotHandedOver,
    spent.VoucherIsSpent,
    spent.VoucherIsVoid,
    spent.VoucherIsReplaced,
    spent.VoucherIsNotActive,
    CampaignIsBlocked,
)
_BY_CODE = {refusal.code(): refusal for refusal in _KNOWN}


def title(code: str) -> str:
    """Say a refusal in the reader's language; its code where it is of no kind that is remembered."""
    known = _BY_CODE.get(code)
    return known.title(language()) if known else code
