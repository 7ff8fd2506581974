from datetime import UTC, date, datetime
from uuid import UUID

from voucher_service.identity.people import Person
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Role
from voucher_service.reports import as_csv, people_list


def test_a_line_says_what_a_person_may_do_and_whether_a_telephone_protects_it() -> None:
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    user = User(id=UUID(int=1), name="Zoé", email="zoe@example.org", role=Role.FINANCE, is_referent=True)
    user.created_at, user.locked_at = at, None

    table = people_list.build([Person(user, "Métropole", has_factor=True)], on=date(2026, 3, 2))

    [_, line] = b"".join(as_csv.render(table)).decode().splitlines()
    assert line.startswith("Zoé;zoe@example.org;Métropole;finance;oui;oui;2026-03-02")
