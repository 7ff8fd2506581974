"""A log line is JSON, and tells no secret."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from voucher_service.kernel import logs

CODE = "7KQ2 MXW9 D4HTB"
IBAN = "FR7630006000011234567890189"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream=stream)
    yield stream
    logs.configure("WARNING")
    structlog.reset_defaults()
    root.handlers[:], level = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_its_time_and_level(stream: io.StringIO) -> None:
    structlog.get_logger("books").info("booklet-handed-over", booklet=12)

    (line,) = lines(stream)
    assert (line["event"], line["booklet"], line["level"]) == ("booklet-handed-over", 12, "info")
    assert line["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_written(stream: io.StringIO) -> None:
    structlog.get_logger("books").debug("noise")

    assert lines(stream) == []


@pytest.mark.parametrize(
    "name",
    [
        "code",
        "codes",
        "voucher_code",
        "password",
        "new_password",
        "access_token",
        "iban",
        "IBAN",
        "signing_key",
    ],
)
def test_a_field_that_opens_a_door_is_hidden_however_deep_it_lies(stream: io.StringIO, name: str) -> None:
    structlog.get_logger("books").info(
        "seen", request={"body": [{name: "open sesame"}]}, **{name: "open sesame"}
    )

    assert "sesame" not in stream.getvalue()
    assert lines(stream)[0][name] == "[hidden]"


@pytest.mark.parametrize(
    "secret",
    [
        CODE,
        CODE.replace(" ", ""),
        f"PN1:{CODE.replace(' ', '')}",
        IBAN,
        "eyJhbGciOi.eyJzdWIi.c2lnbmF0",
        "app:hunter2",
        "a.martin+pass@exemple.fr",
    ],
)
def test_a_secret_inside_a_text_is_hidden(stream: io.StringIO, secret: str) -> None:
    text = f"postgresql://{secret}@db/pass" if "hunter" in secret else f"cannot read {secret} here"
    structlog.get_logger("books").error(text)

    assert secret not in stream.getvalue()
    assert "[hidden]" in lines(stream)[0]["event"]


def test_a_library_s_own_log_is_redacted_too(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("refused %s for %s", IBAN, {"password": "open sesame"})
    logging.getLogger("some.library").warning("refused", extra={"token": "open sesame"})

    assert IBAN not in stream.getvalue()
    assert [line["level"] for line in lines(stream)] == ["warning", "warning"]


def test_an_exception_is_told_without_the_secret_in_it(stream: io.StringIO) -> None:
    try:
        int(CODE)
    except ValueError:
        structlog.get_logger("books").exception("failed")

    assert "ValueError" in lines(stream)[0]["exception"]
    assert CODE not in stream.getvalue()


def test_what_is_not_secret_stays_readable(stream: io.StringIO) -> None:
    facts = {
        "serial": "PN-2026-000123-07",
        "refusal": "voucher-is-spent",
        "amount_cents": 1000,
        "siret": "13002526500013",
    }

    structlog.get_logger("books").info("refused", **facts)

    assert facts.items() <= lines(stream)[0].items()
