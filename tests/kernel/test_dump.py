"""PostgreSQL's own programs are told where the database is, and never its password on their command line."""

from psycopg.conninfo import conninfo_to_dict

from voucher_service.kernel import dump


def test_a_password_is_never_on_a_command_line() -> None:
    said = dump.where("postgresql+psycopg://pass_owner:hunter%202@db.example.fr:5433/pass?sslmode=require")

    assert "hunter" not in said
    assert conninfo_to_dict(said) == {
        "user": "pass_owner",
        "host": "db.example.fr",
        "port": "5433",
        "dbname": "pass",
        "sslmode": "require",
    }


def test_a_socket_s_folder_is_kept() -> None:
    said = conninfo_to_dict(dump.where("postgresql+psycopg://postgres@/pass?host=%2Fvar%2Fpg+sql"))

    assert (said["host"], said["dbname"]) == ("/var/pg sql", "pass")
