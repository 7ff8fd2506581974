"""The documents keep up with the code, and with each other."""

import re
from pathlib import Path
from typing import Any

import pytest

from voucher_service.kernel.config import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/adr/*.md"))


class Asked(dict[str, str]):
    """An empty environment that notes which variables were looked for."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        super().__init__()
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """Note the name, and have no value for it."""
        self.names.add(key)
        return default


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    asked = Asked()

    Settings.from_environment(asked)

    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(table) == asked.names


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{n:04d}" for n in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts_and_fits_one_page(decision: Path) -> None:
    text = decision.read_text()

    assert text.startswith(f"# {decision.name[:4]}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Status", "Consequences"]
    assert len(text.split()) <= 500
