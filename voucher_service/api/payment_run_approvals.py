"""Payment run approvals: a second person of the finance team answers for a run."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import approval

resource = Resource("payment-run-approvals", "A second person answers for a run.")


class ApprovalRequest(Wire):
    """A run, and the hash of the content that was looked at."""

    series = Series(required=True)
    run = Whole(least=1, required=True)
    content_hash = Text(longest=64, pattern="[0-9a-f]{64}", required=True)


class ApprovalShown(Wire):
    """A run that was approved, by whom and when."""

    series = Text(required=True)
    run = Whole(required=True)
    content_hash = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)


@resource.post("/payment-run-approvals")
@allow(Role.FINANCE)
@command()
@resource.arguments(ApprovalRequest)
@resource.response(201, ApprovalShown)
def approve(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Approve a run that somebody else froze."""
    looked_at = bytes.fromhex(wanted.pop("content_hash"))
    given = approval.approve(session, **wanted, content_hash=looked_at, at=clock.now(), by=actor())
    return wanted | {"content_hash": given.content_hash.hex(), "at": given.at, "by": given.by}
