"""Names: how campaigns, funders, booklets and vouchers are named in requests; none of them is a secret."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from voucher_service.api.paging import Page
from voucher_service.api.wire import Many, Text, Whole, Wire
from voucher_service.vouchers import register

_SERIES = "[A-Z]{2,6}[0-9]?-20[0-9]{2}"
LARGEST_ORDINAL = 999_999
"""The last booklet that six digits can number."""
LARGEST_CHOICE = 2_000
"""How many booklets one act may move."""


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


class SomeBooklets(Wire):
    """Booklets of one campaign: by their numbers, or a range of their places in the series, or both."""

    series = Series(required=True)
    booklets = Many(BookletNumber(), most=LARGEST_CHOICE, load_default=[])
    first_booklet = Ordinal(load_default=None, allow_none=True)
    last_booklet = Ordinal(load_default=None, allow_none=True)

    @validates_schema
    def _agree(self, wanted: dict[str, Any], **_: Any) -> None:
        first, last = wanted["first_booklet"], wanted["last_booklet"]
        if (first is None) != (last is None):
            missing = "first_booklet" if first is None else "last_booklet"
            raise ValidationError({missing: ["Missing data for required field."]})
        if first is None and not wanted["booklets"]:
            raise ValidationError({"booklets": ["Missing data for required field."]})
        if first is not None and not 0 <= last - first < LARGEST_CHOICE:
            latest = first + LARGEST_CHOICE - 1
            problem = f"Must be greater than or equal to {first} and less than or equal to {latest}."
            raise ValidationError({"last_booklet": [problem]})


def chosen(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what ``SomeBooklets`` heard, with the range written out among the ``booklets``."""
    said = dict(wanted)
    first, last = said.pop("first_booklet"), said.pop("last_booklet")
    ranged = [] if first is None else register.numbered(said["series"], first, last)
    return said | {"booklets": list(dict.fromkeys(said["booklets"] + ranged))}
