"""Wording: every sentence of the letter, in its two languages, and nothing else.

Short sentences, one idea each, common words, one word for one thing, no abbreviations. Words in braces are
facts. A sentence whose fact is missing is left out; ``many`` sentences replace ``one`` where there are several.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in the two languages; ``only`` names the fact without which it is left out."""

    fr: str
    en: str
    only: str | None = None

    def said(self, language: str) -> str:
        """Return the sentence in French, or in English where ``language`` is ``en``."""
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class Chapter:
    """A title that is a question people ask, and its answer; ``steps`` are done one after the other."""

    name: str
    title: Said
    sentences: tuple[Said, ...]
    steps: bool = False


TITLE = Said("Votre carnet de pass numérique", "Your booklet of digital passes")
ADVICE = Said(
    "Gardez cette lettre. Ne la rangez pas avec le carnet.",
    "Keep this letter. Do not store it with the booklet.",
)
PASSES = Said("{passes} pass", "{passes} passes")
UNTIL = Said("Jusqu’au {until}", "Until {until}")
PAGE = Said("Page {page} sur {pages}", "Page {page} of {pages}")
NEAREST = Said("à {kilometres} {of_commune}", "{kilometres} from {commune}")
PHONE = Said("Téléphone : {phone}", "Phone: {phone}")
NO_HOURS = Said("Téléphonez pour connaître les heures.", "Please phone to ask when it is open.")
ASK_HOURS = Said("Demandez les heures avant de venir.", "Ask when it is open before you go.")
CALL = Said("Une question ? Appelez le {phone}", "A question? Call {phone}")

WHAT = Chapter(
    "what",
    Said("C’est quoi ?", "What is it?"),
    (
        Said("Vous avez reçu un carnet.", "You have received a booklet.", "one"),
        Said("Vous avez reçu {booklets} carnets.", "You have received {booklets} booklets.", "many"),
        Said("Dans chaque carnet, il y a {size} pass.", "Each booklet has {size} passes.", "many"),
        Said("Dans le carnet, il y a {size} pass.", "The booklet has {size} passes.", "one"),
        Said("Un pass est un bon en papier.", "A pass is a paper voucher."),
        Said(
            "Avec vos pass, une personne vous apprend à utiliser un ordinateur, un téléphone ou internet.",
            "With your passes, somebody teaches you to use a computer, a phone or the internet.",
        ),
        Said(
            "Elle peut aussi vous aider à faire vos démarches sur internet.",
            "They can also help you with paperwork online.",
        ),
    ),
)
HOW_MUCH = Chapter(
    "how-much",
    Said("Combien ça vaut ?", "How much is it worth?"),
    (
        Said("Le carnet est gratuit pour vous.", "The booklet is free for you.", "one"),
        Said("Les carnets sont gratuits pour vous.", "The booklets are free for you.", "many"),
        Said("Un pass vaut {face}.", "One pass is worth {face}."),
        Said("Vos {passes} pass valent {total}.", "Your {passes} passes are worth {total}."),
        Said(
            "Vous pouvez donner plusieurs pass le même jour.",
            "You can give several passes on the same day.",
        ),
        Said(
            "On ne peut pas vous donner de l’argent à la place d’un pass.",
            "Nobody can give you money in place of a pass.",
        ),
    ),
)
UNTIL_WHEN = Chapter(
    "until-when",
    Said("Jusqu’à quand ?", "Until when?"),
    (
        Said(
            "Vous pouvez utiliser vos pass jusqu’au {until}.",
            "You can use your passes until {until}.",
        ),
        Said("Après cette date, ils ne servent plus.", "After that day, they are no longer good."),
    ),
)
HOW = Chapter(
    "how",
    Said("Comment faire ?", "What do I do?"),
    (
        Said("Choisissez un lieu.", "Choose a place."),
        Said("Téléphonez, ou allez sur place.", "Phone, or go there."),
        Said("Prenez votre carnet avec vous.", "Take your booklet with you."),
        Said(
            "Donnez vos pass à la personne qui vous aide.",
            "Give your passes to the person who helps you.",
        ),
    ),
    steps=True,
)
WHERE = Chapter(
    "where",
    Said("Où aller ?", "Where do I go?"),
    (
        Said(
            "Voici les lieux les plus près {of_commune}.",
            "Here are the places nearest to {commune}.",
            "commune",
        ),
        Said("Voici des lieux où vous pouvez aller.", "Here are places where you can go.", "elsewhere"),
        Said(
            "Demandez la liste des lieux près de chez vous.",
            "Ask for the list of places near you.",
            "nowhere",
        ),
    ),
)
MORE_PLACES = Said(
    "Il y a d’autres lieux. Demandez la liste à la personne qui vous a donné le carnet.",
    "There are other places. Ask the person who gave you the booklet for the list.",
)
MORE_ONLINE = Said(
    "La liste est aussi sur internet : {address}",
    "The list is also on the internet: {address}",
    "address",
)
LOST = Chapter(
    "lost",
    Said("J’ai perdu mon carnet", "I have lost my booklet"),
    (
        Said(
            "Allez vite là où on vous a donné le carnet : {site}.",
            "Go quickly to where you were given the booklet: {site}.",
            "site",
        ),
        Said(
            "Allez vite là où on vous a donné le carnet.",
            "Go quickly to where you were given the booklet.",
            "no_site",
        ),
        Said("Dites : « J’ai perdu mon carnet. »", "Say: “I have lost my booklet.”"),
        Said(
            "Montrez cette lettre. Le numéro de votre carnet est : {numbers}",
            "Show this letter. The number of your booklet is: {numbers}",
            "one_number",
        ),
        Said(
            "Montrez cette lettre. Les numéros de vos carnets sont : {numbers}",
            "Show this letter. The numbers of your booklets are: {numbers}",
            "many_numbers",
        ),
        Said(
            "On annule les pass perdus. Puis on vous donne de nouveaux pass.",
            "The lost passes are cancelled. Then you are given new ones.",
        ),
    ),
)
DATA = Chapter(
    "data",
    Said("Vos informations", "Your information"),
    (
        Said("Votre nom n’est pas sur le carnet.", "Your name is not on the booklet."),
        Said("Nous ne gardons pas votre nom.", "We do not keep your name."),
        Said(
            "On vous a peut-être posé des questions : votre âge, votre commune, votre situation, vos besoins.",
            "You may have been asked questions: your age, your town, your situation, your needs.",
        ),
        Said(
            "Vous avez le droit de ne pas répondre. Vous recevez le carnet quand même.",
            "You have the right not to answer. You receive the booklet all the same.",
        ),
        Said("Le responsable de vos réponses est : {controller}.", "Your answers are kept by: {controller}."),
        Said(
            "Vos réponses servent à compter les personnes aidées. C’est une mission de service public.",
            "Your answers serve to count the people who were helped. This is a public service.",
        ),
        Said(
            "Ceux qui paient les pass voient des nombres. Ils ne voient pas vos réponses.",
            "Those who pay for the passes see numbers. They do not see your answers.",
        ),
        Said("Vos réponses sont effacées après {years} ans.", "Your answers are erased after {years} years."),
        Said(
            "Vous pouvez demander à voir vos réponses, à les corriger ou à les effacer. Vous pouvez dire non.",
            "You can ask to see your answers, to correct them or to erase them. You can say no.",
        ),
        Said(
            "Pour cela, montrez cette lettre là où on vous a donné le carnet.",
            "To do so, show this letter where you were given the booklet.",
        ),
        Said(
            "Vous n’êtes pas d’accord avec nous ? Vous pouvez vous plaindre à la Commission nationale de "
            "l’informatique et des libertés : 3 place de Fontenoy, 75007 Paris.",
            "You do not agree with us? You can complain to the Commission nationale de l’informatique et "
            "des libertés: 3 place de Fontenoy, 75007 Paris, France.",
        ),
    ),
)
CHAPTERS = (WHAT, HOW_MUCH, UNTIL_WHEN, HOW, WHERE, LOST, DATA)
