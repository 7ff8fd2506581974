"""Training codes: ten well-formed codes that everybody may know, and that are never worth anything.

They begin with TEST, so that nobody mistakes one for a voucher. No voucher bears one: a code is drawn from 31^12
(8 x 10^17) by its batch's key, so that one of the ten would come once in 10^17 vouchers, and ``code.derive``
refuses it even then.
"""

from dataclasses import dataclass

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import code

CODES = tuple(body + code.check_letter(body) for body in code.TRAINING_BODIES)
"""The family: TEST and one letter eight times, easy to type and to read aloud."""
MISTYPED = CODES[0][:5] + "B" + CODES[0][6:]
"""The first of them with one letter wrong: what a typing error looks like."""


@dataclass(eq=False)
class TrainingCode(Refusal):
    """This is a training code: it is worth nothing here, use it on the training page.

    FR: C'est un code d'entraînement : il ne vaut rien ici, utilisez-le sur la page d'entraînement.
    """

    kind = Kind.INVALID


def is_training(letters: str) -> bool:
    """Tell whether the 13 letters of a code are one of the family."""
    return letters in CODES
