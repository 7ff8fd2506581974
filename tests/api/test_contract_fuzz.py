"""Schemathesis asks what the contract allows and much that it does not, as people of each role, of a living town.

Each operation is gone through by somebody who may ask it; half of the valid requests are about objects that
exist, so that they reach the acts themselves. At the end the books are proved again.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, cast

import pytest
import schemathesis
import yaml
from hypothesis import strategies as st
from schemathesis import hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.wsgi import WSGITransport

from tests.api.callers import Caller
from tests.api.town import SERIES, Town, today
from tests.world import SERVICE, serials_of
from voucher_service.api.marks import Marks, name_of
from voucher_service.app import contract
from voucher_service.kernel.actor import Role
from voucher_service.reports import findings

_SEED, _EXAMPLES, _MANY_EXAMPLES = 2026, 3, 40
_ROLES = (Role.VENUE, Role.PRESCRIBER, Role.FINANCE, Role.FUNDER, Role.AUDITOR, Role.OPERATOR)
_DAYS = ("served_on", "handed_on", "cut_off_on", "received_on", "dated_on", "mandated_on", "on")
_NO = ["401", "403", "404", "409", "429"]
_CHECKS = {
    # Valid by its form, a request may still be stale (412), about no such thing (422), or without If-Match (428).
    "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", *_NO, "412", "422", "428"]},
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "406", "415", "422", "428"]},
}
# Schemathesis draws pictures that are in order, and then expects some of them to be refused.
for _picture in ("image/png", "image/jpeg"):
    schemathesis.openapi.media_type(_picture, st.binary(max_size=100))
_OF_A_NETWORK = ("max_redirects", "verify", "cert", "proxies")


class Visitors:
    """People of each role, and the objects of their town that requests may name."""

    def __init__(self, town: Town) -> None:
        self.town, self.turn = town, count()
        booklets = town.in_hand(4)
        desk = town.desk
        redeemed = town.redeem(serials_of(booklets[0])[:3]).get_json()["items"]
        bystander = town.someone(Role.PRESCRIBER)
        self.known: Mapping[str, Any] = {
            "series": SERIES,
            "venue_id": str(town.shop.venue.id),
            "site_id": str(desk.site.id),
            "operator_id": str(town.shop.clerk.organisation_id),
            "organisation_id": str(bystander.organisation_id),
            "user_id": str(bystander.user_id),
            "account_id": str(bystander.user_id),
            "redemption_id": redeemed[0]["redemption_id"],
            "funder": "metropole",
            "booklet": booklets[1],
            "booklets": booklets[1:3],
            "number": booklets[1],
            "serial": serials_of(booklets[0])[5],
            "serials": serials_of(booklets[0])[5:7],
            "codes": town.codes(serials_of(booklets[0])[3:5]),
            "no": 1,
            "batch_no": 1,
            "first_booklet": 1,
            "last_booklet": 4,
            "service": SERVICE,
            **dict.fromkeys(_DAYS, today().isoformat()),
        }

    def caller(self, role: Role) -> Caller:
        """Return somebody of this role, who has his own site or venue where the role has one."""
        town = self.town
        own = {
            Role.VENUE: "clerk",
            Role.PRESCRIBER: "worker",
            Role.FINANCE: "finance",
            Role.OPERATOR: "operator",
        }
        return cast("Caller", getattr(town, own[role])) if role in own else town.someone(role)

    def guide(self, case: Any) -> None:
        """Give a valid request a key of its own, and every other one the names of what exists."""
        number = next(self.turn)
        if "Idempotency-Key" in (case.headers or {}):
            # Left alone, most requests bear the same shortest key, and are refused for that.
            case.headers["Idempotency-Key"] = f"request-{number:016}"
        if number % 2:
            for part in ("path_parameters", "query", "body"):
                setattr(case, part, self.named(getattr(case, part)))

    def named(self, said: Any) -> Any:
        """Return what is said with the names of objects that exist, of today, and from the first page on."""
        if not isinstance(said, dict):
            return said
        return {name: self._known(name, value) for name, value in said.items() if name != "cursor"}

    def _known(self, name: str, value: Any) -> Any:
        known = self.known.get(name)
        return known if type(known) is type(value) else value


@pytest.fixture
def visitors(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitors]:
    """Give people of each role in a town where something has happened."""
    send = WSGITransport.send

    def send_in_process(self: WSGITransport, case: Any, **options: Any) -> Any:
        # Where a check repeats a request without its session, Schemathesis forgets to leave these out.
        return send(
            self, case, **{name: value for name, value in options.items() if name not in _OF_A_NETWORK}
        )

    monkeypatch.setattr(WSGITransport, "send", send_in_process)
    visitors = Visitors(town)

    def before_call(_context: Any, case: Any, _options: Any) -> None:
        if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
            visitors.guide(case)

    schemathesis.hook(before_call)
    yield visitors
    hooks.unregister(before_call)


def _askers(town: Town) -> dict[str, Role]:
    """Say who goes through which operation: of those who may ask it, each role in its turn."""
    turn = count()
    found: dict[str, Role] = {}
    for rule in sorted(
        town.app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))
    ):
        marks: Marks | None = vars(town.app.view_functions[rule.endpoint]).get("marks")
        if marks is not None:
            allowed = [role for role in _ROLES if role in (marks.roles or _ROLES)]
            found[name_of(rule.endpoint).replace(".", "_").replace("-", "_")] = allowed[
                next(turn) % len(allowed)
            ]
    return found


def _operations() -> dict[str, str]:
    """Name every operation of the contract by what Schemathesis calls it."""
    paths = yaml.safe_load(contract())["paths"]
    return {
        f"{method.upper()} {path}": operation["operationId"]
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def _problems(visitors: Visitors, role: Role, labels: set[str], *, examples: int, seed: int) -> Iterator[str]:
    schema = _schema(visitors, role, examples=examples, seed=seed)
    chosen = schema.include(func=lambda context: context.operation.label in labels)
    met: set[str] = set()
    for event in from_schema(chosen).execute():
        if isinstance(event, events.ScenarioFinished):
            met.add(event.label or "")
            yield from _failed(event)
        elif isinstance(event, events.NonFatalError):
            yield f"{event.label}: {event.value!r}"
        elif isinstance(event, events.FatalError):
            raise event.exception
    yield from (f"{label}: never asked" for label in labels - met)


def _schema(visitors: Visitors, role: Role, *, examples: int, seed: int) -> OpenApiSchema:
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": f"Bearer {visitors.caller(role).token}"},
            "checks": _CHECKS,
            "generation": {"max-examples": examples, "deterministic": True, "no-shrink": True},
            "phases": {"stateful": {"enabled": False}},
        }
    )
    return schemathesis.openapi.from_wsgi("/openapi.yaml", visitors.town.app, config=config)


def _failed(event: events.ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info:
                told = check.failure_info.failure
                yield f"{event.label}: {check.name}: {told.message[:500]} {check.failure_info.code_sample[:500]}"


@pytest.mark.parametrize("role", _ROLES)
def test_whatever_is_asked_the_service_keeps_to_its_contract(visitors: Visitors, role: Role) -> None:
    askers = _askers(visitors.town)
    labels = {label for label, name in _operations().items() if askers[name] is role}

    assert list(_problems(visitors, role, labels, examples=_EXAMPLES, seed=_SEED)) == []
    _assert_nothing_is_found(visitors.town)


@pytest.mark.soak
@pytest.mark.parametrize("role", _ROLES)
def test_whatever_each_role_asks_for_long_the_service_keeps_to_its_contract(
    visitors: Visitors, role: Role
) -> None:
    assert list(_problems(visitors, role, set(_operations()), examples=_MANY_EXAMPLES, seed=_SEED)) == []
    _assert_nothing_is_found(visitors.town)


def _assert_nothing_is_found(town: Town) -> None:
    with town.database.transaction() as session:
        assert findings.findings(session) == []
