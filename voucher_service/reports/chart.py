"""Chart: how the accounts of a campaign are called, in the order in which an accountant reads them."""

_CHART = (
    ("bank", "Banque"),
    ("commitment", "Crédits engagés"),
    ("funder/", "Promesses des financeurs"),
    ("suspense", "Compte d'attente"),
    ("funds/", "Fonds disponibles"),
    ("activation", "Activation (compte de passage)"),
    ("voucher/", "Chèques en circulation"),
    ("venue/", "Dû au lieu"),
    ("run/", "Lot de paiement en cours"),
    ("expired", "Valeur périmée"),
    ("refund/", "À restituer"),
    ("operator/", "Frais"),
    ("loss", "Pertes"),
    ("custody/taken-in-charge", "Valeurs inactives prises en charge"),
    ("custody/stock", "Stock"),
    ("custody/transit/", "En cours d'acheminement"),
    ("custody/prescriber/", "Chez le prescripteur"),
    ("custody/beneficiaries", "Remis aux bénéficiaires"),
    ("custody/used", "Encaissés"),
    ("custody/void", "Annulés ou remplacés"),
    ("custody/expired", "Périmés"),
    ("custody/shortage", "Manquants"),
    ("custody-of-booklets", "Carnets (contrepartie)"),
    ("booklet/", "Carnets : chèques qui circulent ensemble"),
)


_OF_A_FUNDER = {"pledged": "Promesse restant à verser", "receivable": "Créance sur un financeur"}


def title(address: str) -> str:
    """Say what an account is to a French reader; empty for one that is not in the chart."""
    promised = _OF_A_FUNDER.get(address.rpartition("/")[2])
    if promised:
        return promised
    return next((said for prefix, said in _CHART if address.startswith(prefix)), "")


def place(address: str) -> tuple[int, str, int]:
    """Rank an account: by the chart, then by name, then by number (venue 9 before venue 10)."""
    rank = next((at for at, (prefix, _) in enumerate(_CHART) if address.startswith(prefix)), len(_CHART))
    number = next((part for part in address.split("/") if part.isdecimal()), "")
    return rank, "" if number else address, int(number or 0)
