"""What is true of an address's parts is true of the words that PostgreSQL reads, whatever stands in them."""

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from voucher_service.kernel import conninfo


@pytest.mark.parametrize(
    "password", ["hunter 2", "d'Artagnan", 'say "please"', "back\\slash", "100 % sûr", "a=b@c/d"]
)
def test_a_password_is_read_as_it_was_chosen(password: str) -> None:
    url = URL.create(
        "postgresql+psycopg", "pass_app", password, "db.example.fr", 5433, "pass", {"sslmode": "require"}
    )

    assert conninfo_to_dict(conninfo.of(url)) == {
        "user": "pass_app",
        "password": password,
        "host": "db.example.fr",
        "port": "5433",
        "dbname": "pass",
        "sslmode": "require",
    }


def test_an_address_without_a_password_names_none() -> None:
    assert "password" not in conninfo.of(URL.create("postgresql+psycopg", "pass_app", database="pass"))
