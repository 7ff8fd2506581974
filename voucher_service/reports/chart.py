"""Chart: how the accounts of a campaign are called, in the order in which an accountant reads them."""

from voucher_service.reports.table import Wording

_CHART = (
    ("bank", Wording("Banque", "Bank")),
    ("commitment", Wording("Crédits engagés", "Committed credits")),
    ("funder/", Wording("Promesses des financeurs", "Funders' pledges")),
    ("suspense", Wording("Compte d'attente", "Suspense account")),
    ("funds/", Wording("Fonds disponibles", "Available funds")),
    ("activation", Wording("Activation (compte de passage)", "Activation (clearing account)")),
    ("voucher/", Wording("Pass en circulation", "Vouchers in circulation")),
    ("venue/", Wording("Dû au lieu", "Due to the venue")),
    ("run/", Wording("Lot de paiement en cours", "Payment run under way")),
    ("expired", Wording("Valeur périmée", "Expired value")),
    ("refund/", Wording("À restituer", "To be refunded")),
    ("operator/transfers", Wording("Virements internes", "Transfers between own accounts")),
    ("operator/", Wording("Frais", "Fees")),
    ("loss", Wording("Pertes", "Losses")),
    (
        "custody/taken-in-charge",
        Wording("Valeurs inactives prises en charge", "Inactive papers taken in charge"),
    ),
    ("custody/stock", Wording("Stock", "Stock")),
    ("custody/transit/", Wording("En cours d'acheminement", "In transit")),
    ("custody/prescriber/", Wording("Chez le prescripteur", "Held by the prescriber")),
    ("custody/beneficiaries", Wording("Remis aux bénéficiaires", "Handed over to people")),
    ("custody/used", Wording("Encaissés", "Used")),
    ("custody/void", Wording("Annulés ou remplacés", "Void or replaced")),
    ("custody/expired", Wording("Périmés", "Expired")),
    ("custody/shortage", Wording("Manquants", "Missing")),
    ("custody-of-booklets", Wording("Carnets (contrepartie)", "Booklets (contra account)")),
    (
        "booklet/",
        Wording("Carnets : pass qui circulent ensemble", "Booklets: vouchers that move together"),
    ),
)


_UNKNOWN = Wording("", "")
_OF_A_FUNDER = {
    "pledged": Wording("Promesse restant à verser", "Pledge still to be paid in"),
    "receivable": Wording("Créance sur un financeur", "Claim on a funder"),
}


def title(address: str) -> Wording:
    """Say what an account is, in both languages; empty for one that is not in the chart."""
    promised = _OF_A_FUNDER.get(address.rpartition("/")[2])
    if promised:
        return promised
    return next((said for prefix, said in _CHART if address.startswith(prefix)), _UNKNOWN)


def place(address: str) -> tuple[int, str, int]:
    """Rank an account: by the chart, then by name, then by number (venue 9 before venue 10)."""
    rank = next((at for at, (prefix, _) in enumerate(_CHART) if address.startswith(prefix)), len(_CHART))
    number = next((part for part in address.split("/") if part.isdecimal()), "")
    return rank, "" if number else address, int(number or 0)
