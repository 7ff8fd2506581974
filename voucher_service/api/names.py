"""Names: how campaigns, funders, booklets and vouchers are named in requests; none of them is a secret."""

from typing import Any

from voucher_service.api.paging import Page
from voucher_service.api.wire import Text, Whole

_SERIES = "[A-Z]{2,6}[0-9]?-20[0-9]{2}"
LARGEST_ORDINAL = 999_999
"""The last booklet that six digits can number."""


class Series(Text):
    """A campaign's series (``PN-2026``)."""

    def __init__(self, **options: Any) -> None:
        """Hold its form."""
        super().__init__(longest=12, pattern=_SERIES, **options)


class FunderCode(Text):
    """A funder's short public name (``etat``)."""

    def __init__(self, **options: Any) -> None:
        """Hold its form."""
        super().__init__(longest=31, pattern="[a-z][a-z0-9-]{1,30}", **options)


class BookletNumber(Text):
    """A booklet's public number (``PN-2026-000123``)."""

    def __init__(self, **options: Any) -> None:
        """Hold its form."""
        super().__init__(longest=19, pattern=f"{_SERIES}-[0-9]{{6}}", **options)


class Serial(Text):
    """A voucher's public serial (``PN-2026-000123-07``), never enough to redeem."""

    def __init__(self, **options: Any) -> None:
        """Hold its form."""
        super().__init__(longest=22, pattern=f"{_SERIES}-[0-9]{{6}}-[0-9]{{2}}", **options)


class Ordinal(Whole):
    """A booklet's place in its series, from 1."""

    def __init__(self, **options: Any) -> None:
        """Bound it."""
        super().__init__(least=1, most=LARGEST_ORDINAL, **options)


class OfCampaign(Page):
    """Of which campaign a list is."""

    series = Series(required=True)
