"""Letters of wordings: A, B ... as the page of wordings calls them, for rows that know a place in a script.

A wording is its words: the same text in two scripts is one wording. Letters go over the wordings of a round
and a language that were texted, the oldest script first; a test holds both to the same letters.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from p2ptext.exports.columns import Column
from p2ptext.exports.scoping import Scope
from p2ptext.extensions import cursor

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Key = tuple[int, str]
"""Round, and the words' digest."""


def column(row: str) -> Column:
    """The letter of a row of `message`, or of one with its columns, from %(wordings)s. Only first texts have
    a round, and only they have letters."""
    place = f"{row}.script_version_id, {row}.round, {row}.variant, {row}.language"
    return Column(
        "wording_letter",
        "text",
        "What the page of wordings calls it: A, B and so on. Only texts that begin a round have a letter.",
        f"%(wordings)s ->> concat_ws(' ', {place})",
    )


def letters(scope: Scope) -> dict[str, str]:
    """The letter of every wording of the campaign that was texted, by "version round place language".

    Empty for conversations of several campaigns: each has its own A.
    """
    if scope.campaign_id is None:
        return {}
    texted = _texted(scope.campaign_id)
    places: dict[str, Key] = {}
    spoken: dict[Key, tuple[str, int, str]] = {}
    for version_id, language, round_, place, text in _written(scope):
        key = round_, hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        if key in texted:
            places[" ".join(filter(None, (f"{version_id} {round_} {place}", language)))] = key
            # The same words in two languages count for the main one.
            spoken.setdefault(key, (language, version_id, text))
    called = _called(spoken)
    return {place: called[key] for place, key in places.items()}


def _called(spoken: Mapping[Key, tuple[str, int, str]]) -> dict[Key, str]:
    groups: defaultdict[tuple[int, str], list[Key]] = defaultdict(list)
    for key in sorted(spoken, key=lambda one: (*spoken[one][1:], one[1])):
        groups[key[0], spoken[key][0]].append(key)
    return {
        key: LETTERS[place % len(LETTERS)] * (place // len(LETTERS) + 1)
        for keys in groups.values()
        for place, key in enumerate(keys)
    }


def _texted(campaign_id: int) -> set[Key]:
    sql = cursor()
    sql.execute(
        "SELECT key FROM tally WHERE campaign_id = %s AND dimension = 'wording' AND texts > 0",
        (campaign_id,),
    )
    return {
        (int(round_), words) for round_, _, words in (key.partition(":") for (key,) in sql.fetchall())
    }


def _written(scope: Scope) -> Iterator[tuple[int, str, int, int, str]]:
    """Every wording of every script: its version, language ("" for the main one), round, place and words."""
    sql = cursor()
    sql.execute(
        """SELECT v.id, v.document -> 'first', v.document -> 'rounds',
             (SELECT jsonb_object_agg(l.key, l.value - 'steps' - 'canned')
              FROM jsonb_each(v.document -> 'languages') l)
           FROM script_version v WHERE v.campaign_id = %s AND v.organization_id = %s ORDER BY v.id""",
        (scope.campaign_id, scope.organization_id),
    )
    for version_id, first, rounds, languages in sql.fetchall():
        spoken: dict[str, Any] = {"": {"first": first, "rounds": rounds}, **(languages or {})}
        for language, document in spoken.items():
            for round_, texts in ((1, document.get("first")), *(document.get("rounds") or {}).items()):
                for place, text in enumerate(texts or ()):
                    yield version_id, language, int(round_), place, text
