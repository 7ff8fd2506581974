"""Replacement prints: the new papers of a replacement, printed at once by whoever replaced them, and only once."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command
from voucher_service.api.reply import Document
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.paper import print_files
from voucher_service.vouchers.printing import replacements

resource = Resource("replacement-prints", "New papers of replacements, printed once.")


class ReplacementPrintRequest(Wire):
    """Which act of replacement to print."""

    replacement_id = Id(required=True)


@resource.post("/replacement-prints")
@allow(Role.PRESCRIBER, Role.OPERATOR)
@command(key=False)
@resource.arguments(ReplacementPrintRequest)
@resource.document(
    "application/pdf", description="The new vouchers, a page each: said once and kept nowhere."
)
def print_once(session: Session, wanted: dict[str, Any]) -> Document:
    """Print the papers of one's own replacement, once; a paper that is lost again is replaced again."""
    taken = replacements.take_out(session, **wanted, at=clock.now(), by=actor(), keyring=state().keys)
    content = print_files.of_replacement(session, taken=taken)
    return Document(content, "application/pdf", f"remplacement-{taken.campaign.series}.pdf")
