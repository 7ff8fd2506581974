"""Print run erasures: files that are on paper are erased; what they were is still known."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Instant, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers.printing import files
from voucher_service.vouchers.printing.files import PrintErasure

resource = Resource("print-run-erasures", "Files of print runs that were erased once printed.")


class PrintRunErasureRequest(Wire):
    """Whose files to erase."""

    print_run_id = Id(required=True)


class PrintRunErasureShown(Wire):
    """When the files of a print run were erased."""

    print_run_id = Id(required=True)
    at = Instant(required=True)


@resource.post("/print-run-erasures")
@allow(Role.OPERATOR)
@command()
@resource.arguments(PrintRunErasureRequest)
@resource.response(201, PrintRunErasureShown)
def erase(session: Session, wanted: dict[str, Any]) -> PrintErasure:
    """Erase the files of one's own print run; its list of files stays."""
    return files.erase(session, **wanted, var_dir=state().settings.var_dir, at=clock.now(), by=actor())
