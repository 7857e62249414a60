"""English words brought to one form: “plz dont txt mee” is “please dont text me”.

The phrases then need one spelling of each word. What thumbs and dictation make of the words that
matter is worked out from them: one letter missing, doubled, swapped or next to the right one. Real
words that lie as near are left alone.
"""

import re
import string

from p2ptext.rules.plain_words import words_of

_FORMS: dict[str, str] = {
    "stop": "stop stopp stpo sotp stahp stawp staph stopt tsop stob",
    "stopping": "stopping stoping",
    "quit": "quit quitt cease halt discontinue discontinued desist refrain ceasing",
    "text": "text texts texting txt txts txting txtin textin texing textng txtng tex texr msg msgs "
    "mssg mssgs msging "
    "messaging message messages messagng mesage mesages messege messeges massages sms dms msgng texs "
    "textes",
    "texted": "texted txted messaged msgd txtd",
    "send": "send snd sending sendin sendng sendig snding sendimg sendinf sneding senidng",
    "contact": "contact cntct contacts contacting contactng",
    "call": "call calls calling callin",
    "write": "write writing",
    "email": "email emails emailing",
    "bother": "bother bothering harass harassing harrass harrassing annoy pester pestering "
    "solicit "
    "soliciting disturb disturbing bug bugging hound hounding spamming blasting pinging ping "
    "harrasing harasing",
    "you": "you u ya yall yal youu yah yous youse",
    "your": "your ur yur yo",
    "me": "me mee us",
    "number": "number nmbr numb num nbr numbr nmber numer numbers digits",
    "phone": "phone cell cellphone mobile fone phones landline",
    "list": "list lists lst lista database databases db records roster directory distribution "
    "listing registry listserv",
    "dont": "dont donot dnt don doont dontt",
    "anymore": "anymore nomore",
    "remove": "dlt dlte remove remov rmv removing reomve delete deleting erase erasing scrub purge "
    "wipe "
    "unlist unenroll "
    "deregister expunge strike scratch deleet deleate remive eliminate unregister",
    "removed": "removed deleted erased scrubbed purged taken unenrolled unregistered",
    "want": "want wnat wan wish desire wanting wishing",
    "unsubscribe": "unsub unsubscribing unsubscription desubscribe unsubscribe",
    "unsubscribed": "unsubscribed unsubbed",
    "optout": "optout optingout opout",
    "optedout": "optedout",
    "receive": "receive recieve receiving recieving reieve",
    "take": "take tk tke tak takeing taking",
    "this": "this ths dis",
    "with": "with w wit wth",
    "from": "from frm fr",
    "again": "again agn agen agin",
    "get": "get getting gettin git",
    "already": "already alredy allready alrdy",
    "wrong": "wrong wrng wrog rong",
    "interested": "interested intrested interest intersted interestd",
    "blocked": "blocked blocking blockin",
    "report": "report reporting reported",
    "because": "because cuz bc cause",
    "subscribed": "subscribed subscribe subscribing",
    "signed": "signed sign signing",
    "permission": "permission consent authorization authorisation permision",
    "keep": "keep keeps keeping kept",
    "people": "people ppl folks guys",
    ".": "please pls plz plse pleas plese pleeze pliz pleez plx plzz period",
}
_MISTYPED = (
    "unsubscribe remove message contact please number texting messages stopping anymore delete alone "
    "leave"
)
"""Long enough that one wrong letter leaves no doubt."""
_REAL = words_of(
    "remote removes remover removal removed massage massages contract contacts lease pleased pleases "
    "pleaser",
    "numbed lumber slumber cumber numbers sexting testing taxing resting nesting tenting topping "
    "swopping",
    "along atone clone lone aloe leaves heave weave cleave lease leaver leaven eave unsubscribed",
    "stepping stooping slopping shopping stropping deleted deletes contacted delate relete",
)
_DROPPED = words_of(
    "fucking fuckin fkn fking effing damn dam dang goddamn goddam freaking freakin frickin bloody "
    "stupid god",
    "kindly just ever even also all really immediately asap now pretty simply totally literally ffs",
    "hey hi hello sir maam um uh well actually personally honestly",
)
"""Words that change the tone and not the meaning."""

_LETTERS = string.ascii_lowercase


def near(word: str) -> set[str]:
    """What `word` becomes by one letter lost, swapped with the next, changed or added."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    lost = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    changed = {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    added = {left + letter + right for left, right in cuts for letter in _LETTERS}
    return lost | swapped | changed | added


def _folds() -> dict[str, str]:
    exact = {form: word for word, forms in _FORMS.items() for form in forms.split()}
    folds: dict[str, str] = {}
    for word in _MISTYPED.split():
        folds |= dict.fromkeys(near(word) - _REAL, exact.get(word, word))
    return folds | exact


_FOLDS = _folds()
_NEAR_STOP = (near("stop") - words_of("stops stow atop")) | words_of("quite quiet qiut quti sotp")
_UNSUBSCRIBE = re.compile(r"(?=\w*[cr])(?=\w*b)(?=\w*s)(?:un|[oi]ns?ub)[subcripednv]{4,11}")
_STOPS_DOING = re.compile(
    r"\b(\w{2,6}) (?=(?:texting|txting|messaging|sending|contacting|bothering|spamming|harassing"
    r"|msging)\b)"
)
_STRETCHED = re.compile(r"(\w)\1{2,}")
_TWO_WORDS = re.compile(
    r"\b(?:(opt(?:ing)? (?:me |my (?:\w+ )?number |us )?out|op out)|(opted out)|(do not|do nt|don t"
    r"|does not)|"
    r"(did not|did nt|didn t)|(will not|wont)|(can not|cannot|can t)|(any (?:more|longer))"
    r"|(no longer|not any ?more)|"
    r"(un ?subs?cri\w{0,3}(?: me)?)|(e mails?)|(wanna|want to|would like to"
    r"|id like to)|"
    r"(would like|id like))\b"
)
_EMPHASIS = re.compile(r"\b(?:the (?:hell|fuck|heck)|comma) ")
_MERGED = (
    "optout",
    "optedout",
    "dont",
    "didnt",
    "wont",
    "cant",
    "anymore",
    "nolonger",
    "unsubscribe",
    "email",
    "want to",
    "want",
)


def fold(words: list[str]) -> list[str]:
    """`words` in one spelling each, pairs that are one word merged. Full stops stay as they are."""
    plain = _EMPHASIS.sub("", " ".join(words) + " ")
    merged = _TWO_WORDS.sub(lambda pair: _MERGED[(pair.lastindex or 1) - 1], plain)
    merged = _STOPS_DOING.sub(_as_stop, merged)
    return [_fold(word) for word in merged.split()]


def _as_stop(pair: re.Match[str]) -> str:
    """“Stip texting me”, “quite texting me”: what stands there can only be “stop”."""
    return "stop " if pair[1] in _NEAR_STOP else pair[0]


def is_unsubscribe(word: str) -> bool:
    """Whether `word` is “unsubscribe” as thumbs make it."""
    if word[:2] not in ("un", "in", "on") or len(word) < 7:
        return False
    return word != "unsubscribed" and _UNSUBSCRIBE.fullmatch(word) is not None


def _fold(word: str) -> str:
    known = _FOLDS.get(word)
    if known:
        return known
    if is_unsubscribe(word):
        return "unsubscribe"
    short = _STRETCHED.sub(r"\1", word)
    return _FOLDS.get(short, short)


def thin(folded: list[str]) -> list[str]:
    """Without the words that change only the tone."""
    return [word for word in folded if word not in _DROPPED]
