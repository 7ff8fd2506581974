"""A log line is JSON, and tells no secret."""

import io
import logging

import pytest
import structlog

from tests.logbook import lines

CODE = "7KQ2 MXW9 D4HTB"
IBAN = "FR7630006000011234567890189"


def test_an_event_is_one_line_of_json_with_its_time_and_level(log: io.StringIO) -> None:
    structlog.get_logger("books").info("booklet-handed-over", booklet=12)

    (line,) = lines(log)
    assert (line["event"], line["booklet"], line["level"]) == ("booklet-handed-over", 12, "info")
    assert line["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_written(log: io.StringIO) -> None:
    structlog.get_logger("books").debug("noise")

    assert lines(log) == []


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
def test_a_field_that_opens_a_door_is_hidden_however_deep_it_lies(log: io.StringIO, name: str) -> None:
    structlog.get_logger("books").info(
        "seen", request={"body": [{name: "open sesame"}]}, **{name: "open sesame"}
    )

    assert "sesame" not in log.getvalue()
    assert lines(log)[0][name] == "[hidden]"


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
def test_a_secret_inside_a_text_is_hidden(log: io.StringIO, secret: str) -> None:
    text = f"postgresql://{secret}@db/pass" if "hunter" in secret else f"cannot read {secret} here"
    structlog.get_logger("books").error(text)

    assert secret not in log.getvalue()
    assert "[hidden]" in lines(log)[0]["event"]


def test_a_library_s_own_log_is_redacted_too(log: io.StringIO) -> None:
    logging.getLogger("some.library").warning("refused %s for %s", IBAN, {"password": "open sesame"})
    logging.getLogger("some.library").warning("refused", extra={"token": "open sesame"})

    assert IBAN not in log.getvalue()
    assert [line["level"] for line in lines(log)] == ["warning", "warning"]


def test_an_exception_is_told_without_the_secret_in_it(log: io.StringIO) -> None:
    try:
        int(CODE)
    except ValueError:
        structlog.get_logger("books").exception("failed")

    assert "ValueError" in lines(log)[0]["exception"]
    assert CODE not in log.getvalue()


def test_what_is_not_secret_stays_readable(log: io.StringIO) -> None:
    facts = {
        "serial": "PN-2026-000123-07",
        "refusal": "voucher-is-spent",
        "amount_cents": 1000,
        "siret": "13002526500013",
    }

    structlog.get_logger("books").info("refused", **facts)

    assert facts.items() <= lines(log)[0].items()
