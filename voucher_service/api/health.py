"""Health: whether this process lives, and whether it can do its work."""

from sqlalchemy.orm import Session

from voucher_service.api.marks import command, plain, public
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Text, Wire
from voucher_service.kernel import readiness

resource = Resource("health", "Whether the service lives and works.", prefix="")


class Health(Wire):
    """That the process answers."""

    status = Text(required=True)


class Readiness(Health):
    """That the database takes writes, and the migration that it is at."""

    migration = Text(required=True)


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
def ready(session: Session) -> dict[str, str]:
    """Tell that the database takes writes; 503 when it does not."""
    return {"status": "ready", "migration": readiness.migration(session)}
