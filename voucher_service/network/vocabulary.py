"""Vocabulary: coded answers about venues, with the wording that people read.

The nine services and the ways of help are those of the national standard for mediation venues, v1.0.2
(LaMednum/standard-mediation-num). The conditions of access add the prices that v0.1 had and v1 dropped.
"""

from voucher_service.kernel.coded import Coded

__all__ = ("Coded", "Condition", "Modality", "Service", "Welcome")


class Service(Coded):
    """What a venue helps with."""

    PROCEDURES = (
        "administrative-procedures",
        "Aide aux démarches administratives",
        "Help with administrative procedures",
    )
    EVERYDAY_TOOLS = (
        "everyday-tools",
        "Maîtrise des outils numériques du quotidien",
        "Mastering everyday digital tools",
    )
    EMPLOYMENT = (
        "employment",
        "Insertion professionnelle via le numérique",
        "Getting into work with digital tools",
    )
    SAFE_USE = ("safe-use", "Utilisation sécurisée du numérique", "Using digital tools safely")
    PARENTING = (
        "parenting-and-education",
        "Parentalité et éducation avec le numérique",
        "Parenting and education with digital tools",
    )
    LEISURE = ("leisure-and-creation", "Loisirs et créations numériques", "Digital leisure and creation")
    UNDERSTANDING = (
        "digital-world",
        "Compréhension du monde numérique",
        "Understanding the digital world",
    )
    ACCESS = (
        "internet-and-equipment",
        "Accès internet et matériel informatique",
        "Internet access and equipment",
    )
    AFFORDABLE_EQUIPMENT = (
        "affordable-equipment",
        "Acquisition de matériel informatique à prix solidaire",
        "Equipment at a solidarity price",
    )


class Condition(Coded):
    """What it takes to be received at a venue: price, appointment, first contact."""

    FREE = ("free", "Gratuit", "Free")
    FREE_UNDER_CONDITIONS = ("free-under-conditions", "Gratuit sous condition", "Free under conditions")
    PAYING = ("paying", "Payant", "Paying")
    MEMBERSHIP = ("membership", "Adhésion", "Membership")
    REGISTRATION = ("registration", "Inscription obligatoire", "Registration required")
    APPOINTMENT = ("appointment", "Sur rendez-vous", "By appointment")
    NO_APPOINTMENT = ("no-appointment", "Sans rendez-vous", "Without appointment")
    RESIDENTS = ("residents", "Lieu d'habitation de la personne", "Depends on where the person lives")
    OWN_EQUIPMENT = ("own-equipment", "Matériel personnel demandé", "Bring your own equipment")
    COME_IN = ("come-in", "Se présenter", "Come in")
    PHONE = ("phone", "Téléphoner", "Phone")
    MAIL = ("mail", "Contacter par mail", "Write an e-mail")
    ONLINE_BOOKING = ("online-booking", "Prendre un RDV en ligne", "Book online")
    PRESCRIPTION = (
        "prescription",
        "Envoyer un mail avec une fiche de prescription",
        "Send a prescription form by e-mail",
    )
    NO_PUBLIC = ("no-public", "Ce lieu n'accueille pas de public", "This venue does not receive the public")


class Modality(Coded):
    """How a venue helps."""

    ALONE = ("alone", "En autonomie", "On one's own")
    INDIVIDUAL = ("individual", "Accompagnement individuel", "One to one")
    WORKSHOP = ("workshop", "Dans un atelier collectif", "In a group workshop")
    REMOTE = ("remote", "À distance", "Remotely")
    ON_BEHALF = ("on-behalf", "À ma place", "On the person's behalf")


class Welcome(Coded):
    """Whom a venue is equipped to receive (« prise en charge spécifique » of the national standard)."""

    DEAFNESS = ("deafness", "Surdité", "Deafness")
    BLINDNESS = ("visual-impairment", "Déficience visuelle", "Visual impairment")
    MOBILITY = ("reduced-mobility", "Handicaps moteurs", "Reduced mobility")
    MENTAL = ("mental-disability", "Handicaps mentaux", "Mental disability")
    LITERACY = ("literacy", "Illettrisme", "Difficulty with reading and writing")
    ENGLISH = ("english", "Langues étrangères (anglais)", "English spoken")
    OTHER_LANGUAGES = ("other-languages", "Langues étrangères (autres)", "Other languages spoken")
