"""Payment run approvals: other persons of the finance team answer for a run, each with a fresh proof."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.proving import ProvenRequest, proof_of
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import approval

resource = Resource("payment-run-approvals", "A second person answers for a run.")


class ApprovalRequest(ProvenRequest):
    """A run, the hash of the content that was looked at, and the approver's own password.

    ``otp`` is the six digits of the approver's telephone, or a recovery code: needed once the account has one.
    """

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
    looked_at, proof = bytes.fromhex(wanted.pop("content_hash")), proof_of(session, wanted)
    given = approval.approve(
        session, **wanted, content_hash=looked_at, proof=proof, at=clock.now(), by=actor()
    )
    return wanted | {"content_hash": given.content_hash.hex(), "at": given.at, "by": given.by}
