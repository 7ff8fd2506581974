"""Home: where whoever signs in begins: the first page of his own menu."""

from sqlalchemy.orm import Session

from voucher_service.web import menus
from voucher_service.web.pages import Go, Pages, allow

pages = Pages("home")


@pages.get("/accueil")
@allow()
def home(_session: Session) -> Go:
    """Send the reader to the page that his work begins with."""
    mine = menus.menu().entries
    return Go(path=mine[0].url if mine else "/mon-compte")
