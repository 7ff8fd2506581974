"""The operator's commands are all there, and each costs only what it needs."""

import subprocess
import sys

from click.testing import CliRunner

from tests import databases
from voucher_service.cli import main


def test_every_command_can_be_called_and_says_what_it_does() -> None:
    said = CliRunner().invoke(main, ["--help"])
    assert said.exit_code == 0
    listed = [line.split(maxsplit=1) for line in said.output.partition("Commands:")[2].splitlines() if line]
    assert all(len(words) == 2 for words in listed)
    for name, _ in listed:
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_a_command_that_does_not_exist_is_refused() -> None:
    assert CliRunner().invoke(main, ["pay-everybody"]).exit_code == 2


def test_the_demonstration_knows_the_service_only_by_its_api() -> None:
    asked = "import sys, voucher_service.cli.demonstration; print(list(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=databases.ROOT, capture_output=True, text=True, check=True
    )
    parts = {name.split(".")[1] for name in done.stdout.split("'") if name.startswith("voucher_service.")}
    assert parts == {"cli", "demo", "kernel"}
