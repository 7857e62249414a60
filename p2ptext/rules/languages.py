"""A script in several languages: which one somebody reads, and what is said to them then.

A document has its main words at its top, and other languages under "languages" by their code. A place
that a language leaves empty is said in the main words.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

FIELD = "language"
"""The column of a list that says what somebody reads."""

NAMES = {
    "ar": "Arabic",
    "am": "Amharic",
    "bn": "Bengali",
    "zh": "Chinese",
    "en": "English",
    "fr": "French",
    "de": "German",
    "gu": "Gujarati",
    "ht": "Haitian Creole",
    "he": "Hebrew",
    "hi": "Hindi",
    "hmn": "Hmong",
    "it": "Italian",
    "ja": "Japanese",
    "km": "Khmer",
    "ko": "Korean",
    "ne": "Nepali",
    "nv": "Navajo",
    "fa": "Persian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "ru": "Russian",
    "so": "Somali",
    "es": "Spanish",
    "sw": "Swahili",
    "tl": "Tagalog",
    "th": "Thai",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
}
"""Languages a script may have, by ISO 639-1, or 639-2 where that has none."""

_SPELLINGS = """
ar: ara arabe عربي العربية
am: amh አማርኛ
bn: ben bangla বাংলা
zh: chi zho cmn yue mandarin cantonese 中文 汉语 漢語 普通话 廣東話 粵語 国语
en: eng engl ingles anglais
fr: fre fra francais frances
de: ger deu deutsch aleman
gu: guj
ht: hat haitian creole kreyol
he: heb iw עברית
hi: hin हिन्दी
hmn: hmoob
it: ita italiano
ja: jpn 日本語
km: khm cambodian
ko: kor 한국어
ne: nep
nv: nav dine
fa: per fas farsi dari فارسی
pl: pol polski
pt: por portugues
pa: pan panjabi ਪੰਜਾਬੀ
ru: rus русский
so: som soomaali
es: spa span espanol castellano castilian hispanic
sw: swa kiswahili
tl: tgl fil filipino pilipino
th: tha ไทย
uk: ukr українська
ur: urd اردو
vi: vie viet tiengviet
"""
_LOCALE = re.compile(r"([a-z]{2,3})([-_.@][a-z0-9]+)*", re.ASCII)
_NOT = frozenset(("no", "non", "not", "never", "without", "except"))
_SHORTEST_WORD = 4
"""Letters of a name that counts among others: "it" and "so" are English words too."""


def _fold(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).strip()


def _table() -> dict[str, str]:
    found = {code: code for code in NAMES}
    found |= {_fold(name): code for code, name in NAMES.items()}
    for line in _SPELLINGS.strip().splitlines():
        code, words = line.split(":")
        found |= dict.fromkeys(map(_fold, words.split()), code)
    return found


_CODES = _table()


@lru_cache(maxsize=4096)
def read(value: str) -> str | None:
    """The code of the language that a cell of a list names: "Spanish", "español", "es-MX" are "es".

    None where it names none that is known, several, or says which one it is not.
    """
    folded = _fold(value)
    if folded in _CODES:
        return _CODES[folded]
    locale = _LOCALE.fullmatch(folded)
    if locale:
        return _CODES.get(locale[1])
    words = re.findall(r"[^\W\d_]+", folded)
    if _NOT.intersection(words):
        return None
    named = {
        _CODES[word]
        for word in words
        if word in _CODES and (len(word) >= _SHORTEST_WORD or not word.isascii())
    }
    return named.pop() if len(named) == 1 else None


def of(fields: Mapping[str, str]) -> str | None:
    """The language of a contact with these columns; None where their list does not say."""
    value = fields.get(FIELD)
    return read(value) if value else None


def written(document: Mapping[str, Any]) -> list[str]:
    """Codes of the languages a document has beside its main one."""
    return list(document.get("languages") or ())


def wordings(
    document: Mapping[str, Any], round_: int, language: str | None
) -> tuple[Sequence[str], str | None]:
    """The wordings of a round's text for somebody who reads `language`, and the language they are in:
    None for the document's main one."""
    own = _words_in(document, language)
    if own:
        texts = _round(own, round_)
        if texts:
            return texts, language
    return _round(document, round_), None


def _words_in(document: Mapping[str, Any], language: str | None) -> Mapping[str, Any] | None:
    return (document.get("languages") or {}).get(language)


def _round(words: Mapping[str, Any], round_: int) -> Sequence[str]:
    if round_ == 1:
        return words.get("first") or ()
    return (words.get("rounds") or {}).get(str(round_)) or ()


def after_answer(
    document: Mapping[str, Any], step_key: str, answer_key: str, language: str | None
) -> str | None:
    """The language of the text after an answer, for somebody who reads `language`: None for the main one."""
    steps = (_words_in(document, language) or {}).get("steps", {})
    texts = steps.get(step_key, {}).get("answers", {}).get(answer_key, {}).get("texts")
    return language if texts else None


def document_in(document: Mapping[str, Any], language: str | None) -> Mapping[str, Any]:
    """The document as somebody reads it: every place in their language, or else in the main words.

    Without "languages", and unchanged where it does not have this one. Canned replies belong together
    by their titles; those that only the language has come last.
    """
    own = _words_in(document, language)
    if not own:
        return document
    merged = {key: value for key, value in document.items() if key != "languages"}
    if "first" in document:
        merged["first"] = own.get("first") or document["first"]
    if "rounds" in document:
        merged["rounds"] = document["rounds"] | {
            key: texts
            for key, texts in own.get("rounds", {}).items()
            if texts and key in document["rounds"]
        }
    if "canned" in document:
        merged["canned"] = _canned(document["canned"], own.get("canned", ()))
    if "steps" in document:
        steps = own.get("steps", {})
        merged["steps"] = [_step(step, steps.get(step["key"], {})) for step in document["steps"]]
    return merged


def title_key(title: str) -> str:
    """Canned replies with the same key are the same reply in several languages."""
    return " ".join(title.casefold().split())


def _canned(
    main: Sequence[Mapping[str, str]], own: Sequence[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    texts = {title_key(entry["title"]): entry for entry in own if entry["text"].strip()}
    both = [
        {**entry, "text": found["text"]} if found else entry
        for entry in main
        for found in [texts.pop(title_key(entry["title"]), None)]
    ]
    return both + list(texts.values())


def _step(step: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    answers = own.get("answers", {})
    return {
        **step,
        "question": own.get("question") or step["question"],
        "answers": [_answer(one, answers.get(one["key"], {})) for one in step["answers"]],
    }


def _answer(answer: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **answer,
        "label": own.get("label") or answer["label"],
        "texts": own.get("texts") or answer["texts"],
    }
