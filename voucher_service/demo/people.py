"""People: the invented bodies that take part, and an account for each person, opened by one-time links."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from voucher_service.demo import figures
from voucher_service.demo.client import Caller
from voucher_service.demo.display import Scene
from voucher_service.demo.register import Register, new_passphrase
from voucher_service.demo.script import Script
from voucher_service.demo.server import Server

OPERATOR_SIRET = figures.siret(900)
OFFICE, _FUNDER = "Opérateur fictif de démonstration", "Métropole fictive de démonstration"
_AT_ONCE = 4
_PRESCRIBERS = (
    "CCAS de Ville-Fictive",
    "Mission locale imaginaire",
    "Maison de quartier du Modèle",
    "Association Le Fil Inventé",
    "Espace emploi de Saint-Exemple",
)


@dataclass(frozen=True, slots=True)
class Home:
    """The body in which somebody has an account."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A prescriber's site and the person who works there."""

    id: str
    name: str
    caller: Caller


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who takes part, signed in, except the venues' people."""

    operator: Caller
    organisation_id: str
    finance: Caller
    second_finance: Caller
    second_operator: Caller
    auditor: Caller
    funder: Caller
    funder_organisation_id: str
    sites: tuple[Site, ...]
    register: Register


def assemble(server: Server, script: Script, first_link: str, scene: Scene) -> Cast:
    """Open an account for everybody; the first is the operator's, whose link the command line gave."""
    register = Register()
    operator, password = first_sign_in(server, first_link)
    scene.step()
    me = next(iter(operator.get("/users")["items"]))
    home = str(me["organisation_id"])
    register.note(operator, me, organisation=OFFICE, password=password)
    funder = Home(found(operator, _FUNDER, "funder", figures.siret(901)), _FUNDER)
    office = Home(home, OFFICE)
    wanted = [
        ("finance", "finance", office),
        ("second-finance", "finance", office),
        ("second-operator", "operator", office),
        ("audit", "auditor", office),
        ("metropole", "funder", funder),
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        opened = pool.map(lambda one: account(operator, register, *one), wanted)
        sites = pool.map(lambda number: _site(operator, register, number), range(script.scale.prescribers))
        finance, second_finance, second_operator, auditor, funding = _counted(opened, scene)
        return Cast(
            operator,
            home,
            finance,
            second_finance,
            second_operator,
            auditor,
            funding,
            funder.id,
            tuple(_counted(sites, scene)),
            register,
        )


def found(operator: Caller, name: str, kind: str, siret: str) -> str:
    """Let an invented body take part, and return its id."""
    return str(operator.post("/organisations", name=name, kind=kind, siret=siret)["id"])


def account(operator: Caller, register: Register, name: str, role: str, home: Home) -> Caller:
    """Open a person's account in a body, and sign in with the password that its link lets one choose."""
    user = operator.post(
        "/users",
        organisation_id=home.id,
        email=f"{name}@demonstration.invalid",
        name=f"Personne fictive ({name})",
        role=role,
        is_referent=True,
    )
    link = operator.post("/password-links", user_id=user["id"])
    caller, password = _chosen(Caller(operator.line), str(link["token"]))
    register.note(caller, user, organisation=home.name, password=password)
    return caller


def first_sign_in(server: Server, link: str) -> tuple[Caller, str]:
    """Sign in as the person for whom the command line printed this link; return the password chosen too."""
    return _chosen(server.anyone, urlsplit(link.strip()).path.rpartition("/")[2])


def _chosen(nobody: Caller, token: str) -> tuple[Caller, str]:
    password = new_passphrase()
    email = nobody.post("/passwords", token=token, password=password)["email"]
    return nobody.sign_in(grant_type="password", email=email, password=password), password


def _site(operator: Caller, register: Register, number: int) -> Site:
    name = f"{_PRESCRIBERS[number % len(_PRESCRIBERS)]} (fictif)"
    home = found(operator, name, "prescriber", figures.siret(910 + number))
    operator.post("/prescribers", organisation_id=home)
    site = operator.post(
        "/prescriber-sites", organisation_id=home, name=name, commune="Ville-Fictive", postcode="34999"
    )
    caller = account(operator, register, f"prescripteur-{number + 1}", "prescriber", Home(home, name))
    return Site(str(site["id"]), name, caller)


def _counted(made: Iterable[Any], scene: Scene) -> Iterable[Any]:
    for one in made:
        scene.step()
        yield one
