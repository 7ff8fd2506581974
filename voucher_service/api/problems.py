"""Problems: what each code of refusal means, to people and to programs."""

from typing import Any

from voucher_service.api import problem
from voucher_service.api.marks import plain, public
from voucher_service.api.resource import Resource
from voucher_service.api.troubles import NothingIsHere
from voucher_service.api.wire import Many, One, Text, Whole, Wire
from voucher_service.kernel.refusal import Refusal

resource = Resource("problems", "What each refusal means.")


class Title(Wire):
    """One sentence in both languages."""

    en = Text(required=True)
    fr = Text(required=True)


class ProblemType(Wire):
    """A kind of refusal: its stable code, its HTTP status, and what to do."""

    type = Text(required=True)
    code = Text(required=True)
    status = Whole(required=True)
    title = One(Title, required=True)


class ProblemTypes(Wire):
    """Every refusal of the service."""

    items = Many(ProblemType, required=True)


@resource.get("/problems")
@public
@plain
@resource.response(200, ProblemTypes)
def every() -> dict[str, Any]:
    """List every refusal."""
    return {"items": [_described(code, refusal) for code, refusal in problem.catalogue().items()]}


@resource.get("/problems/<code>")
@public
@plain
@resource.response(200, ProblemType)
def one(code: str) -> dict[str, Any]:
    """Explain one refusal."""
    refusal = problem.catalogue().get(code)
    if refusal is None:
        raise NothingIsHere
    return _described(code, refusal)


def _described(code: str, refusal: type[Refusal]) -> dict[str, Any]:
    title = {"en": refusal.title("en"), "fr": refusal.title("fr")}
    return {"type": problem.type_of(code), "code": code, "status": problem.status_of(refusal), "title": title}
