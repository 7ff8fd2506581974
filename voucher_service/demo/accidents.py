"""Accidents: what is taken in error is given back, what is spoiled is cancelled, what is lost is replaced."""

from collections.abc import Sequence

from voucher_service.demo.counters import Taken, Takings
from voucher_service.demo.papers import Booklet, print_again
from voucher_service.demo.people import Cast
from voucher_service.demo.script import Script


def give_back(taken: Sequence[Taken]) -> None:
    """Let venues give back vouchers that they took in error; each is good again."""
    for one in taken:
        one.venue.caller.post("/reversals", redemption_id=one.redemption_id, cause="wrong-voucher")


def spoil(booklet: Booklet, series: str, takings: Takings) -> None:
    """Cancel the last voucher of a booklet, and show it at a counter all the same."""
    serial = f"{booklet.number}-{len(booklet.codes):02d}"
    booklet.site.caller.post("/voidings", series=series, reason="spoiled", serials=[serial])
    takings.show(takings.taken[0].venue, booklet.codes[-1])


def lose(script: Script, cast: Cast, booklet: Booklet, takings: Takings) -> None:
    """Replace a booklet that somebody lost: who finds the old one has nothing, the new one is good."""
    booklet.site.caller.post("/replacements", series=script.series, reason="lost", booklets=[booklet.number])
    new = print_again(cast, script.series, booklet.number)
    venue = takings.taken[0].venue
    takings.show(venue, booklet.codes[0])
    takings.show(venue, new[0])
