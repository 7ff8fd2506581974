"""Money in suspense: what waits, whose it is found to be, and what goes back."""

from tests.api.town import API, SERIES, Town, refused

ATTRIBUTION = {
    "series": SERIES,
    "deposit": "VIR-1",
    "funder": "metropole",
    "amount_cents": 6_000,
    "reference": "DEC-1",
    "reason": "Avis de versement retrouvé",
    "decided_on": "2026-03-12",
}
RETURN = {name: said for name, said in ATTRIBUTION.items() if name != "funder"} | {
    "reference": "RET-1",
    "amount_cents": 4_000,
}


def _listed(town: Town, noun: str) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = town.auditor.get(f"{API}/{noun}?series={SERIES}").get_json()["items"]
    return listed


def test_what_waits_is_attributed_to_its_funder_and_the_rest_sent_back(town: Town) -> None:
    town.world.pledge(50_000)
    town.world.deposit(10_000, funder=None, reference="VIR-1")

    before = _listed(town, "suspense")
    attributed = town.finance.post(f"{API}/attributions", ATTRIBUTION)
    returned = town.finance.post(f"{API}/deposit-returns", RETURN)

    assert [(one["reference"], one["funder"], one["waiting_cents"]) for one in before] == [
        ("VIR-1", None, 10_000)
    ]
    assert (attributed.status_code, returned.status_code) == (201, 201)
    assert (attributed.get_json()["funder"], returned.get_json()["funder"]) == ("metropole", None)
    assert _listed(town, "suspense") == []
    assert _listed(town, "clearances") == [attributed.get_json(), returned.get_json()]


def test_the_same_decision_under_another_key_changes_nothing(town: Town) -> None:
    town.world.pledge(50_000)
    town.world.deposit(12_000, funder=None, reference="VIR-1")

    first = town.finance.post(f"{API}/attributions", ATTRIBUTION)
    again = town.finance.post(f"{API}/attributions", ATTRIBUTION)
    other = town.finance.post(f"{API}/attributions", ATTRIBUTION | {"amount_cents": 6_001})

    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert refused(other) == (409, "clearance-differs")


def test_more_than_waits_is_refused_with_what_is_left(town: Town) -> None:
    town.world.pledge(50_000)
    town.world.deposit(5_999, funder=None, reference="VIR-1")

    answer = town.finance.post(f"{API}/attributions", ATTRIBUTION)
    nothing = town.finance.post(f"{API}/deposit-returns", RETURN | {"deposit": "VIR-9"})

    assert refused(answer) == (409, "less-is-waiting")
    assert answer.get_json()["waiting_cents"] == 5_999
    assert refused(nothing) == (404, "deposit-is-unknown")


def test_only_finance_decides_about_money_in_suspense(town: Town) -> None:
    assert town.operator.post(f"{API}/attributions", ATTRIBUTION).status_code == 403
    assert town.auditor.post(f"{API}/deposit-returns", RETURN).status_code == 403


def test_what_waits_is_listed_a_page_at_a_time(town: Town) -> None:
    for reference in ("VIR-1", "VIR-2", "VIR-3"):
        town.world.deposit(1_000, funder=None, reference=reference)

    first = town.finance.get(f"{API}/suspense?series={SERIES}&limit=2").get_json()
    rest = town.finance.get(
        f"{API}/suspense?series={SERIES}&limit=2&cursor={first['next_cursor']}"
    ).get_json()

    assert [one["reference"] for one in first["items"] + rest["items"]] == ["VIR-1", "VIR-2", "VIR-3"]
