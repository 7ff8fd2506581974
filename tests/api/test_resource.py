"""Every route says who may ask, and what it needs."""

from itertools import chain

import pytest
from flask import Flask
from marshmallow import Schema, fields

from voucher_service.api import wire
from voucher_service.api.marks import Marks, Work
from voucher_service.app import contract_app

ROUTED = contract_app()
VIEWS = sorted((rule.rule, rule.endpoint) for rule in ROUTED.url_map.iter_rules())
WIRE_FIELDS = tuple(
    one for one in vars(wire).values() if isinstance(one, type) and issubclass(one, fields.Field)
)


def _marks(app: Flask, endpoint: str) -> Marks:
    marks: Marks = vars(app.view_functions[endpoint])["marks"]
    return marks


def _within(schema: Schema | None) -> list[fields.Field[object]]:
    found = list(schema.fields.values()) if schema else []
    inner = [field.inner if isinstance(field, fields.List) else field for field in found]
    nested = [field.schema for field in inner if isinstance(field, fields.Nested)]
    return [*found, *chain.from_iterable(map(_within, nested))]


@pytest.mark.parametrize(("path", "endpoint"), VIEWS)
def test_every_route_says_who_may_ask(path: str, endpoint: str) -> None:
    marks = _marks(ROUTED, endpoint)

    assert marks.is_public != (marks.roles is not None), path


@pytest.mark.parametrize(("path", "endpoint"), VIEWS)
def test_every_route_says_what_it_needs_of_the_database(path: str, endpoint: str) -> None:
    marks = _marks(ROUTED, endpoint)

    assert marks.work is not None, path
    assert marks.is_public or marks.work is not Work.NOTHING, f"{path}: rights are read from the database"
    assert marks.method == "GET" or marks.work in (Work.COMMAND, Work.NOTHING), path


@pytest.mark.parametrize(("path", "endpoint"), VIEWS)
def test_every_field_is_one_of_the_bounded_ones(path: str, endpoint: str) -> None:
    marks = _marks(ROUTED, endpoint)

    for field in chain(_within(marks.hears), _within(marks.asks), _within(marks.answers)):
        assert isinstance(field, WIRE_FIELDS), f"{path}: {field.name}"
