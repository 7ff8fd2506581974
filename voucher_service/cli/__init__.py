"""The operator's commands: each reads its arguments and makes one call."""

import importlib

import click

_COMMANDS = {
    "audit": "audit",
    "backup": "backup",
    "demo": "demonstration",
    "keys-check": "keys",
    "migrate": "installation",
    "migrations-check": "installation",
    "openapi": "contract",
    "payment-run": "payment_runs",
    "print": "printing",
    "restore": "backup",
    "serve": "serving",
    "user": "people",
    "worker": "serving",
}
"""The module of each command; the command's function bears its name."""


class _Commands(click.Group):
    """The commands, each read when it is called: a worker needs nothing of what draws reports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Read a command, or nothing where there is none of this name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.command(cls=_Commands)
def main() -> None:
    """Run and look after the PASS numérique voucher ledger."""
