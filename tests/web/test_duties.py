"""Refused acts are looked at by auditors and finance, on a page and as a file."""

from tests.api.county import County
from tests.api.town import SERIES, Town
from tests.web.conftest import OpenBrowser
from voucher_service.kernel.actor import Role

HERE = "/actes-refuses"


def test_an_attempt_is_seen_with_who_tried_and_what_excluded_it(
    county: County, town: Town, browser: OpenBrowser
) -> None:
    venue = county.venue("Le Pixel", operator_id=county.venue_operator())["id"]
    decision = {"series": SERIES, "venue_id": venue, "decision": "accredited", "reason": "file-complete"}
    assert county.operator.post("/api/v1/accreditations", decision).status_code == 403

    page = browser(Role.AUDITOR).get(HERE)

    [line] = page.tree.xpath("//tbody")[0].xpath("tr")
    told = " ".join(line.text_content().split())
    assert "Accréditer un lieu" in told
    assert "La même personne avait fait l'autre moitiéCréer un lieu" in told
    assert f"Lieu {venue}" in told
    assert "Arrêter un lot de paiement" in page.text


def test_refused_acts_are_filtered_and_saved(county: County, town: Town, browser: OpenBrowser) -> None:
    venue = county.venue("Le Pixel", operator_id=county.venue_operator())["id"]
    decision = {"series": SERIES, "venue_id": venue, "decision": "accredited", "reason": "file-complete"}
    county.operator.post("/api/v1/accreditations", decision)
    county.operator.post("/api/v1/payment-runs", {"series": SERIES, "cut_off_on": "2026-01-01"})
    finance = browser(Role.FINANCE)

    def lines(query: str) -> int:
        text = finance.client.get(f"{HERE}/liste.csv{query}").get_data(as_text=True)
        return len(text.splitlines()) - 1

    assert lines("") == 2
    assert lines("?raison=same-person") == 1
    assert lines("?raison=role&acte=accredit-venue") == 0
    assert lines("?depuis=01/01/2020&jusque=02/01/2020") == 0
    assert lines("?recherche=venue/") == 1


def test_a_colleague_is_named_before_the_act_is_tried(
    county: County, town: Town, browser: OpenBrowser
) -> None:
    operator = browser(Role.OPERATOR)
    operator.get("/reseau/lieux/nouveau")
    page = operator.submit(
        {"name": "Le Pixel", "address": "1 rue", "postcode": "34300", "commune": "Agde", "point": ""}
    )
    here = f"{page.response.request.path}/accreditation"

    assert "Vous avez créé ce lieu" in operator.get(here).text
    assert "Vous avez créé ce lieu" not in browser(Role.OPERATOR).get(here).text
