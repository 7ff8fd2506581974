"""Turned away: how a refusal is said beside others, in the language of the reader."""

from typing import Any

from voucher_service.api import problem
from voucher_service.api.wire import Facts, Text, Wire
from voucher_service.kernel.refusal import Refusal


class Reason(Wire):
    """Why one thing among several was refused."""

    type = Text(required=True)
    code = Text(required=True)
    title = Text(required=True)
    facts = Facts(required=True)


def reason(refusal: Refusal | None) -> dict[str, Any] | None:
    """Say a refusal as a member of a longer answer, or nothing where there is none."""
    if refusal is None:
        return None
    code = refusal.code()
    title = refusal.title(problem.language())
    return {"type": problem.type_of(code), "code": code, "title": title, "facts": refusal.facts()}
