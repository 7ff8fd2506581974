"""Refusals: what is not good is shown at counters, and must be refused for the right reason."""

from collections.abc import Sequence

from voucher_service.demo import papers
from voucher_service.demo.counters import Takings, Venue, race
from voucher_service.demo.papers import Booklet
from voucher_service.demo.people import Cast
from voucher_service.demo.promises import expect_same
from voucher_service.demo.script import Script

LATE_USED = 5
"""Vouchers that were used while their campaign still ran."""
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def try_everything(
    script: Script, cast: Cast, venues: Sequence[Venue], booklet: Booklet, takings: Takings
) -> Takings:
    """Show a voucher twice, a mistyped one, and those of the campaign that is over; return the takings of that one.

    Of the booklet, one voucher is taken.
    """
    clients, late = script.scale.clients, Takings()
    race(venues, booklet.codes[0], takings, clients=clients)
    takings.show(venues[0], _mistyped(booklet.codes[1]))
    _show_late(script, cast, venues, late)
    expected = {
        "voucher-is-spent": clients - 1,
        "code-is-mistyped": 1,
        "voucher-is-expired": 1,
        "voucher-is-not-yours-to-take": 1,
    }
    expect_same(dict(takings.refused + late.refused), expected, "what is not good is refused, and why")
    return late


def _show_late(script: Script, cast: Cast, venues: Sequence[Venue], late: Takings) -> None:
    """Take vouchers for a day when their campaign ran; show one for today, and one where they were never good."""
    [booklet, *_] = papers.late_booklets(script, cast)
    used, left = booklet.codes[:LATE_USED], booklet.codes[LATE_USED:]
    late.note(venues[0], used, venues[0].take(used, served_on=script.ago(3)))
    late.show(venues[0], left[0])
    late.show(venues[-1], left[1])


def _mistyped(code: str) -> str:
    """Return the code with its last letter taken for the next one."""
    return code[:-1] + _ALPHABET[(_ALPHABET.index(code[-1]) + 1) % len(_ALPHABET)]
