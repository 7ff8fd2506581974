"""The contract is what the routes say, and the page shows it without asking any outside host."""

import re
from collections import Counter

import pytest
import yaml

from tests.api.callers import Caller
from voucher_service.app import contract
from voucher_service.cli.contract import PATH


def test_the_contract_is_what_the_routes_say() -> None:
    assert PATH.read_text(encoding="utf-8") == contract()


def test_the_contract_is_written_the_same_twice() -> None:
    assert contract() == contract()


def test_operations_have_names_of_their_own() -> None:
    paths = yaml.safe_load(contract())["paths"].values()

    operations = [part for parts in paths for name, part in parts.items() if name != "parameters"]
    names = Counter(operation["operationId"] for operation in operations)

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize(
    "path", ["/docs", "/docs/docs.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"]
)
def test_the_page_is_served_from_here(anyone: Caller, path: str) -> None:
    assert anyone.get(path).status_code == 200


def test_the_page_asks_no_outside_host(anyone: Caller) -> None:
    answer = anyone.get("/docs")

    assert re.findall(r"(?:src|href)=\"(?!/)", answer.text) == []
    assert "http" not in answer.headers["Content-Security-Policy"]
    assert "'unsafe-eval'" not in answer.headers["Content-Security-Policy"]


def test_the_contract_can_be_read(anyone: Caller) -> None:
    assert yaml.safe_load(anyone.get("/openapi.yaml").text)["openapi"] == "3.1.0"
