"""The coded answers are those of the national standard, with wording in both languages."""

import json
import re
from pathlib import Path

import pytest

from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.directory.lines import Doubt, Fault
from voucher_service.network.directory.report import Outcome
from voucher_service.network.profile import Flaw
from voucher_service.network.readiness import Missing
from voucher_service.network.vocabulary import Coded, Condition, Modality, Service, Welcome

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "standard-mediation-num-1.0.2.schema.json"
VOCABULARIES = [Service, Condition, Modality, Welcome, Flaw, Fault, Doubt, Outcome, Missing, Decision, Reason]


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_answer_is_a_code_with_two_wordings(vocabulary: type[Coded]) -> None:
    for answer in vocabulary:
        assert re.fullmatch(r"[a-z-]+", answer.value)
        assert answer.title("fr")
        assert answer.title()
        assert answer.title("fr") == answer.french


def test_an_answer_is_read_back_from_its_code() -> None:
    assert Service("safe-use") is Service.SAFE_USE
    assert f"{Service.SAFE_USE}" == "safe-use"


@pytest.mark.skipif(not SCHEMA.exists(), reason="the national schema is not beside this clone")
def test_the_services_are_exactly_those_of_the_national_standard() -> None:
    fields = {field["name"]: field for field in json.loads(SCHEMA.read_text("utf-8"))["fields"]}

    def allowed(column: str) -> set[str]:
        inner = fields[column]["constraints"]["pattern"].removeprefix("(?:(?:^|\\|)(").removesuffix("))+$")
        return set(inner.replace("\\", "").split("|"))

    assert {service.french for service in Service} == allowed("services")
    assert {condition.french for condition in Condition} >= allowed("modalites_acces") | allowed(
        "frais_a_charge"
    )
    assert {modality.french for modality in Modality} >= allowed("modalites_accompagnement")
    assert {welcome.french for welcome in Welcome} == allowed("prise_en_charge_specifique")
