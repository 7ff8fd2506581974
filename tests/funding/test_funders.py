import pytest

from tests.world import NOW, World
from voucher_service.funding import funders
from voucher_service.funding.funders import FunderCodeIsMalformed, FunderExists, FunderIsUnknown
from voucher_service.identity.organisations import OrganisationIsUnknown
from voucher_service.kernel.identifiers import new_id


def test_funders_are_listed_by_their_codes(given: World) -> None:
    for code in ("metropole", "caf-34", "etat"):
        given.funder(code)

    listed = given.do(funders.search)
    page = given.do(lambda s: funders.search(s, after="caf-34", limit=1))

    assert [funder.code for funder in listed] == ["caf-34", "etat", "metropole"]
    assert [funder.code for funder in page] == ["etat"]
    assert given.do(lambda s: funders.get(s, "caf-34")).name == "Caf-34"


def test_a_code_belongs_to_one_funder(given: World) -> None:
    given.funder("etat")

    with pytest.raises(FunderExists):
        given.do(lambda s: funders.enrol(s, code="etat", name="Un autre État", at=NOW))


@pytest.mark.parametrize("code", ["", "e", "Etat", "état", "1etat", "a" * 32, "etat/x", "etat\n", "-etat"])
def test_a_code_can_stand_in_an_address_of_the_books(given: World, code: str) -> None:
    with pytest.raises(FunderCodeIsMalformed):
        given.do(lambda s: funders.enrol(s, code=code, name="Financeur", at=NOW))


def test_a_funder_that_does_not_exist_is_unknown_and_so_is_its_organisation(given: World) -> None:
    with pytest.raises(FunderIsUnknown):
        given.do(lambda s: funders.get(s, "region"))
    with pytest.raises(OrganisationIsUnknown):
        given.do(lambda s: funders.enrol(s, code="region", name="Région", at=NOW, organisation_id=new_id()))
