"""The words of this trade, each explained in one or two plain sentences.

One table for every page, so that a word means the same wherever it opens.
"""

from types import MappingProxyType

GLOSSARY = MappingProxyType(
    {
        "10DLC": "Texting by programs from ordinary ten-digit numbers. United States carriers deliver such"
        " texts only from numbers that are registered to an organization and a purpose.",
        "batch": "A small stack of contacts, cut from the list beforehand, that one volunteer texts."
        " What is left of it goes back to the others when the volunteer stops.",
        "brand": "Your organization as the carriers know it: its legal name, tax number and website."
        " It is registered once, before any campaign is.",
        "Campaign Verify": "A service that checks that a political sender is who it says it is. It gives a"
        " token that carriers ask for, and that runs out.",
        "canned reply": "An answer written beforehand that a volunteer may pick, change and send.",
        "carrier": "The phone company that takes our texts, or the one that brings them to a phone.",
        "contact": "One person of this campaign's list, with what the list says about them.",
        "delivery receipt": "What the carrier tells us afterwards: delivered, or not and why."
        " Some carriers never say.",
        "encoding": "How letters are packed into a text. Plain letters fit 160 to a text; one emoji or curly"
        " quotation mark makes the whole text take the roomier kind, which fits only 70.",
        "field": "A gap in the script that is filled for each person, such as {first_name}."
        " Write {first_name|there} to say what stands there when the list has nothing.",
        "MMS": "A text with a picture, a sound or a short film. It costs more, and not every number can"
        " send one.",
        "opt-out": "Somebody asks for no more texts. It counts for all of your organization's campaigns,"
        " at once, and stays.",
        "organizer": "Somebody who watches over a campaign while it runs and helps its volunteers.",
        "pass": "One round of first texts over the list. A second pass writes again only to people who have"
        " not answered, and only after an organizer starts it.",
        "pre-flight": "The check of the whole script against the whole list before a launch. It names what"
        " would go wrong, for whom, and where to mend it.",
        "RCS": "A newer kind of text message, with pictures and your organization's name at the top."
        " Phones without it get an ordinary text.",
        "registration": "What tells the carriers who is texting and why. Before it is active, carriers block"
        " the texts of that number.",
        "script": "Everything this campaign says: the first text, the questions with their answers, and the"
        " replies kept ready.",
        "segment": "The piece of a text that carriers count and charge for: 160 plain characters, or 70 when"
        " the text holds an emoji or a letter outside the plain set. Longer texts are sent in several.",
        "short code": "A number of five or six digits for sending much and fast. It is leased, and takes"
        " weeks to get.",
        "shortener": "A service that makes web addresses short and hides where they lead. Carriers block"
        " the public ones, because swindlers use them.",
        "sponsor line": "The words that say who paid for a text, such as Paid for by Friends of the Library."
        " Some states require them in political texts.",
        "suppression": "The list of numbers that your organization never texts: people who opted out, wrong"
        " numbers, and numbers that you put there. Every text is checked against it.",
        "texting hours": "The hours in which texts may leave, by the clock where the person may live."
        " Never before 8 in the morning or after 9 in the evening, in any zone that is possible.",
        "throughput": "How many texts may leave in a minute or a day. The carriers set it for each"
        " registration.",
        "toll-free": "A number that begins with 800, 888 or the like. Carriers must verify its owner before"
        " it may text.",
        "wording": "One of several ways to say the same thing. The contacts are shared out among the"
        " wordings, so that you can see which one people answer.",
    }
)
"""Term as it is written in the middle of a sentence -> what it means."""


def explain(term: str) -> str:
    """What `term` means. Raises KeyError for a word that is not in the table: a fault of the page."""
    return GLOSSARY[term]


def in_order() -> list[tuple[str, str]]:
    """Every term with its meaning, as a person looks them up: by letters, whatever their case."""
    return sorted(GLOSSARY.items(), key=lambda entry: entry[0].lower())
