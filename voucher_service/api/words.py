"""Words: what is said of a field that does not convey, in French."""

import re

_FRENCH = (
    (r"Missing data for required field\.", "Ce champ est obligatoire."),
    (r"Unknown field\.", "Ce champ n'existe pas."),
    (r"Field may not be null\.", "Ce champ ne peut pas être nul."),
    (r"Not a valid string\.", "Une chaîne de caractères est attendue."),
    (r"Control characters and lone surrogates are not allowed\.",
     "Les caractères de contrôle ne sont pas admis."),
    (r"Not in the expected form\.", "La forme attendue n'est pas respectée."),
    (r"Not a valid integer\.", "Un nombre entier est attendu."),
    (r"Not a valid number\.", "Un nombre est attendu."),
    (r"Not a valid boolean\.", "true ou false est attendu."),
    (r"Not a valid date\.", "Une date AAAA-MM-JJ est attendue."),
    (r"Not a valid RFC 3339 instant\.", "Un instant RFC 3339 est attendu."),
    (r"Not a valid UUID\.", "Un UUID est attendu."),
    (r"Not a valid list\.", "Une liste est attendue."),
    (r"Invalid (?:input )?type\.", "Un objet est attendu."),
    (r"Given twice\.", "Ce paramètre est donné deux fois."),
    (r"Must be one of: (.+)\.", r"Valeurs admises : \1."),
    (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
     r"Doit être compris entre \1 et \2."),
    (r"Must be greater than or equal to (\S+)\.", r"Doit être supérieur ou égal à \1."),
    (r"Must be less than or equal to (\S+)\.", r"Doit être inférieur ou égal à \1."),
    (r"Length must be between (\S+) and (\S+)\.", r"La longueur doit être comprise entre \1 et \2."),
    (r"Shorter than minimum length (\S+)\.", r"La longueur doit être d'au moins \1."),
    (r"Longer than maximum length (\S+)\.", r"La longueur doit être d'au plus \1."),
    (r"Length must be (\S+)\.", r"La longueur doit être de \1."),
)  # fmt: skip
_TABLE = tuple((re.compile(english), french) for english, french in _FRENCH)


def say(english: str, language: str) -> str:
    """Say a validation message in ``language``; in English where the French is not known."""
    if language != "fr":
        return english
    for pattern, french in _TABLE:
        said = pattern.fullmatch(english)
        if said:
            return said.expand(french)
    return english
