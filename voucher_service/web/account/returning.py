"""Returning: after signing in, the reader goes where he wanted to go, within this service only."""

from voucher_service.web.forms import FormSchema, Tick, Typed

HOME = "/accueil"
_LONGEST = 1_000


class Wanted(FormSchema):
    """Where the reader wanted to go, and whether his session has just ended."""

    retour = Typed(longest=_LONGEST, default="")
    fin = Tick()


def place(wanted: str | None) -> str:
    """Return an address of this service: the wanted one, else the reader's first page."""
    is_ours = bool(wanted) and str(wanted).startswith("/") and str(wanted)[1:2] not in ("/", "\\")
    return str(wanted) if is_ours else HOME
