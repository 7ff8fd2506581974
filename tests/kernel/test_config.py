"""A service that is set up wrongly does not start, and says which variable to put right."""

from datetime import timedelta
from pathlib import Path

import pytest

from voucher_service.kernel.config import ConfigurationError, Settings

PRODUCTION = {
    "DATABASE_URL": "postgres://app:secret@db.example.fr/pass",
    "PUBLIC_URL": "https://pass.example.fr/",
}


def test_a_fresh_clone_needs_no_setting() -> None:
    settings = Settings.from_environment({})

    assert settings.is_embedded
    assert settings.var_dir == Path("var").absolute()
    assert settings.keys_dir == settings.var_dir / "keys"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert (settings.demo, settings.log_level) == (False, "INFO")


def test_one_url_is_the_owner_s_and_the_service_takes_the_data_role() -> None:
    settings = Settings.from_environment(PRODUCTION)

    assert settings.database_url == "postgresql+psycopg://app:secret@db.example.fr/pass"
    assert settings.owner_url == settings.database_url
    assert settings.data_role == "pass_app"
    assert settings.public_url == "https://pass.example.fr"
    assert not settings.is_embedded


def test_with_two_urls_the_service_already_is_its_role() -> None:
    owner = {"DATABASE_OWNER_URL": "postgresql://owner:secret@db.example.fr/pass"}

    settings = Settings.from_environment(PRODUCTION | owner)

    assert settings.owner_url == "postgresql+psycopg://owner:secret@db.example.fr/pass"
    assert settings.data_role is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"DATABASE_URL": "mysql://db/pass"}, "DATABASE_URL must be a PostgreSQL URL, not mysql"),
        ({"DATABASE_URL": "pass"}, "DATABASE_URL is not a database URL"),
        ({"DATABASE_URL": "postgresql://db"}, "DATABASE_URL must name a database"),
        ({"DATABASE_OWNER_URL": "postgresql://db/other"}, "must name the same database"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is missing"),
        ({"PUBLIC_URL": "pass.example.fr"}, "PUBLIC_URL must look like"),
        ({"PUBLIC_URL": "http://pass.example.fr"}, "PUBLIC_URL must begin with https"),
        ({"DEMO": "perhaps"}, "DEMO must be 1 or 0, not 'perhaps'"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of"),
        ({"PROXIES": "-1"}, "PROXIES must be the number of proxies"),
        ({"SMTP_URL": "mail.example.fr", "MAIL_FROM": "pass@example.fr"}, "SMTP_URL must look like"),
        ({"SMTP_URL": "smtp://mail.example.fr:what", "MAIL_FROM": "pass@example.fr"}, "SMTP_URL must look"),
        ({"SMTP_URL": "smtp://mail.example.fr"}, "MAIL_FROM is missing"),
        ({"MAIL_FROM": "Pass <pass@example.fr>"}, "MAIL_FROM must be an address alone"),
        ({"BANK_COOLING_HOURS": "1"}, "BANK_COOLING_HOURS must be a number of hours from 24 to 720, not 1"),
        ({"BANK_COOLING_HOURS": "three"}, "BANK_COOLING_HOURS must be a number of hours"),
        ({"UNUSUAL_PAYMENT_EUROS": "1 000"}, "UNUSUAL_PAYMENT_EUROS must be a whole number of euros"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN must have at least 20 characters"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Settings.from_environment(PRODUCTION | wrong)


def test_a_change_of_bank_details_waits_as_long_as_the_installation_says() -> None:
    assert Settings.from_environment({}).bank_cooling == timedelta(hours=72)
    assert Settings.from_environment({"BANK_COOLING_HOURS": "96"}).bank_cooling == timedelta(hours=96)


def test_a_payment_is_unusual_from_as_much_as_the_installation_says() -> None:
    assert Settings.from_environment({}).unusual_from_cents == 100_000
    assert Settings.from_environment({"UNUSUAL_PAYMENT_EUROS": "250"}).unusual_from_cents == 25_000


def test_an_owner_without_a_service_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL is not"):
        Settings.from_environment({"DATABASE_OWNER_URL": "postgresql://db/pass"})


def test_no_message_repeats_a_password() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment({"DATABASE_URL": "postgresql://app:secret@db.example.fr"})

    assert "secret" not in str(refused.value)


def test_paper_names_no_address_that_nobody_else_reaches() -> None:
    assert Settings.from_environment({}).published("/lieux") is None
    assert Settings.from_environment(PRODUCTION).published("/lieux") == "https://pass.example.fr/lieux"
