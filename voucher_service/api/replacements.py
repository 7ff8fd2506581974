"""Replacements: new papers take the place of lost, stolen or spoiled ones; the old codes die at once."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.voidings import PapersRequest
from voucher_service.api.wire import Cents, Id, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import replacement

resource = Resource("replacements", "New papers in place of lost, stolen or spoiled ones.")


class IssueShown(Wire):
    """The new issue of a serial: its code is read by a print run."""

    serial = Text(required=True)
    issue = Whole(required=True)


class ReplacementShown(Wire):
    """Papers that were replaced together, and the value that passed to the new ones."""

    id = Id(required=True)
    entry_no = Whole(required=True)
    value_cents = Cents(least=0, required=True)
    issues = Many(IssueShown, required=True)


@resource.post("/replacements")
@allow(Role.PRESCRIBER, Role.OPERATOR)
@command()
@resource.arguments(PapersRequest)
@resource.response(201, ReplacementShown)
def replace(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Replace what is left of vouchers and booklets, in the same hands: a prescriber those of its own sites."""
    at = clock.now()
    replaced = replacement.replace(
        session, **wanted, on=clock.civil_date(at), at=at, by=actor(), keyring=state().keys
    )
    return {
        "id": replaced.id,
        "entry_no": replaced.entry_no,
        "value_cents": replaced.value_cents,
        "issues": [{"serial": serial, "issue": issue} for serial, issue in sorted(replaced.issues.items())],
    }
