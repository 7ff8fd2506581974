"""Register: the invented people's accounts, left for whoever looks at the demonstration's pages."""

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import pyotp

from voucher_service.demo.client import Caller
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

FILE = "accounts.json"
_WITH_A_TELEPHONE = (Role.OPERATOR, Role.FINANCE)
_TEXT = """
abricot ardoise balcon bambou boussole brioche cabane canard carafe cerise chamois cigale citron colline coquille
dentelle domino falaise fenouil figue flocon framboise galet girafe grenier guitare hamac
horloge jonquille kayak lanterne lavande marmite moulin navette noisette
"""
_WORDS = _TEXT.split()


@dataclass(slots=True)
class Register:
    """Who has an account, with what signs him in."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    _recovery_codes: dict[str, list[str]] = field(default_factory=dict)
    _passwords: dict[str, str] = field(default_factory=dict)
    _signing_in: dict[str, dict[str, Any]] = field(default_factory=dict)
    one_at_a_time: Lock = field(default_factory=Lock)
    """For who proves several acts at once: a new paper of codes makes those of the old one worthless."""

    def note(self, caller: Caller, user: dict[str, Any], *, organisation: str, password: str) -> None:
        """Write an account down; where its role asks for a telephone, one is invented for it."""
        secret = self._pair(caller) if Role(user["role"]) in _WITH_A_TELEPHONE else None
        self._passwords[caller.token or ""] = password
        known = {name: user[name] for name in ("email", "name", "role")}
        signing_in = {"organisation": organisation, "password": password, "secret": secret}
        self.accounts.append({"user_id": user["id"], **known, **signing_in})
        self._signing_in[caller.token or ""] = self.accounts[-1]

    def proof(self, caller: Caller) -> dict[str, str]:
        """Return what proves once more that this person is there: the password, and a code from the paper."""
        token = caller.token or ""
        # A code of the telephone is good once in 30 seconds: a demonstration has no time to wait for the next.
        if len(self._recovery_codes[token]) == 1:
            self._renew(caller)
        return {"password": self._passwords[token], "otp": self._recovery_codes[token].pop()}

    def _renew(self, caller: Caller) -> None:
        # The last code of the paper pairs the telephone again, and gives another paper.
        token = caller.token or ""
        self._signing_in[token]["secret"] = self._pair(caller, otp=self._recovery_codes[token].pop())

    def leave(self, folder: Path) -> None:
        """Leave the accounts where the pages of a demonstration look for them, readable by their owner only."""
        path = folder / FILE
        path.touch(mode=0o600)
        ordered = sorted(self.accounts, key=lambda one: one["user_id"])
        path.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _pair(self, caller: Caller, **code: str) -> str:
        secret = str(caller.post("/second-factors", **code)["secret"])
        paired = caller.post("/second-factor-confirmations", otp=pyotp.TOTP(secret).at(clock.now()))
        self._recovery_codes[caller.token or ""] = list(paired["recovery_codes"])
        return secret


def new_passphrase() -> str:
    """Draw four words, as people are told to choose them."""
    return "-".join(secrets.choice(_WORDS) for _ in range(4))
