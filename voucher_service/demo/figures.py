"""Figures: numbers that pass every check and belong to nobody.

Every SIREN begins with five zeros and every account is called DEMO at bank 99999: no body and no bank has
such a number, so that what the demonstration leaves cannot be taken for anybody's.
"""

_BANK, _BRANCH = "99999", "00001"
_FIRST_ESTABLISHMENT = "0001"
_LATE_LETTERS = "STUVWXYZ"


def siret(number: int) -> str:
    """Return the SIRET of the first establishment of the invented body ``number``, of at most three digits."""
    return _with_luhn(_with_luhn(f"{number:08d}") + _FIRST_ESTABLISHMENT)


def iban(number: int) -> str:
    """Return the IBAN of the invented account ``number``, with the keys of its RIB and of its IBAN."""
    account = f"{_BANK}{_BRANCH}DEMO{number:07d}"
    key = 97 - int("".join(map(_rib_digit, account))) * 100 % 97
    check = 98 - int("".join(str(int(letter, 36)) for letter in f"{account}{key:02d}FR00")) % 97
    return f"FR{check:02d}{account}{key:02d}"


def _with_luhn(body: str) -> str:
    """Add the last digit that makes the Luhn sum a multiple of ten."""
    weighed = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body)))
    return f"{body}{-sum(value // 10 + value % 10 for value in weighed) % 10}"


def _rib_digit(letter: str) -> str:
    """In the key of a RIB, A to I, J to R are 1 to 9, and S to Z are 2 to 9."""
    if letter.isdigit():
        return letter
    return str((int(letter, 36) - 10 + (letter in _LATE_LETTERS)) % 9 + 1)
