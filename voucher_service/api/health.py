"""Health: whether this process lives, and whether it can do its work."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import state
from voucher_service.api.marks import command, plain, public
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Text, Whole, Wire
from voucher_service.kernel import clock, pulse, readiness

resource = Resource("health", "Whether the service lives and works.", prefix="")


class Health(Wire):
    """That the process answers."""

    status = Text(required=True)


class Readiness(Health):
    """That the database takes writes, the migration that it is at, and how many workers were heard of lately."""

    migration = Text(required=True)
    workers = Whole(required=True)


@resource.get("/healthz")
@public
@plain
@resource.response(200, Health)
def live() -> dict[str, str]:
    """Tell that the process answers; asks nothing of the database."""
    return {"status": "alive"}


@resource.get("/readyz")
@public
@command(key=False)
@resource.response(200, Readiness)
def ready(session: Session) -> dict[str, Any]:
    """Tell that the database takes writes and is up to date; 503 when it is not."""
    return {
        "status": "ready",
        "migration": readiness.migration(session, newest=state().newest_migration),
        "workers": pulse.count_workers(session, at=clock.now()),
    }
