"""Which of many replies say about the same, by the letters they are written with.

Loaded only by the job that groups replies: scikit-learn takes 100 MB and a second.

Replies are first brought to one spelling, as the rules about opt-outs read them, and those that agree
then are one. What means different things is never compared: an answer that says no to one that says yes,
a question where the place is to one who is writing. Among the others each reply is weighed by its pieces
of two to five letters (tf-idf); two are alike from LEAST on (cosine), and where both are known to be about
the same from LEAST_OF_ONE_KIND on. The reply that has most others beside
it becomes the example of a group, those alike to it are in it, and so on with the rest. So everybody in a
group is alike to its example, and no chain of small steps joins what is far apart. Nothing of it is left to
chance.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from p2ptext.rules import intents
from p2ptext.rules.optout_folding import fold, thin
from p2ptext.rules.plain_words import flatten, words, words_of

LEAST = 0.6
"""From this likeness on, of 0 to 1, a reply belongs to an example."""
LEAST_OF_ONE_KIND = 0.4
FEWEST = 2
"""Replies that make a group."""
PIECES = (2, 5)
FEATURES = 2**20
LONGEST = 300
"""Letters of a reply that count."""
COMMON = 2_000
"""A piece of letters that stands in more different replies than that tells nothing, and costs most."""
ROWS = 256
"""Replies compared with all others at a time, so that memory stays small."""
MOST_NEAR = 2_000
"""Neighbours remembered of one reply, the nearest."""
MOST_WORDS = 4
TELLING = 0.4
"""Share of a group's replies in which a word must stand to be named."""

_NO = words_of(
    "no not dont didnt doesnt wont cant couldnt wouldnt shouldnt isnt arent wasnt werent aint never none nope",
    "nah nobody nothing nolonger without unless unable hardly neither nor nunca nada tampoco sin non pas",
)
_IN_FULL = {
    "whos": "who is",
    "wheres": "where is",
    "whats": "what is",
    "whens": "when is",
    "hows": "how is",
    "im": "i am",
    "ive": "i have",
    "ill": "i will",
    "youve": "you have",
    "shes": "she is",
    "thats": "that is",
    "its": "it is",
    "dis": "this",
}
_OF_ONE_KIND = (
    "wrong_number",
    "who_is_this",
    "how_got_number",
    "moved",
    "already_voted",
    "cannot_talk",
    "not_interested",
)
"""Intents that say all there is to say; of the others there are many kinds."""


@dataclass(frozen=True, slots=True)
class Group:
    """Replies that say about the same, by their place in what was given."""

    example: int
    members: list[tuple[int, float]]
    """Each with how alike it is to the example, the most alike first; the example is among them."""
    words: list[str]
    """Words that most of them have and others have not."""


def groups(texts: Sequence[str]) -> list[Group]:
    """The groups among these replies, the largest first. What is like no other is in none."""
    spelled = [_spell(text[:LONGEST]) for text in texts]
    same: dict[tuple[tuple[str, bool], str], list[int]] = defaultdict(list)
    for place, (spelling, text) in enumerate(zip(spelled, texts, strict=True)):
        if spelling:
            same[_meaning(spelling, text), spelling].append(place)
    parts: dict[tuple[str, bool], list[tuple[str, list[int]]]] = defaultdict(list)
    for (meaning, spelling), places in sorted(same.items()):
        parts[meaning].append((spelling, places))
    flat = [words(flatten(text[:LONGEST])) for text in texts]
    spread = Counter(word for found in flat for word in set(found))
    found = [
        Group(example, members, _telling([flat[place] for place, _ in members], spread, len(texts)))
        for (about, _), part in parts.items()
        for example, members in _of_part(part, LEAST_OF_ONE_KIND if about in _OF_ONE_KIND else LEAST)
        if len(members) >= FEWEST
    ]
    return sorted(found, key=lambda group: (-len(group.members), group.example))


def _spell(text: str) -> str:
    """In one spelling; what has no words, such as a thumb, as it is."""
    flat = flatten(text)
    folded = fold(" ".join(_IN_FULL.get(word, word) for word in words(flat)).split())
    return " ".join(thin(folded) or folded) or " ".join(flat.split())


def _meaning(spelling: str, text: str) -> tuple[str, bool]:
    """What keeps replies apart however alike they are: what they are about, and whether they say no."""
    about = intents.read(text)
    says_no = not _NO.isdisjoint(spelling.split())
    return about[0] if about else "", says_no


def _of_part(
    part: Sequence[tuple[str, list[int]]], least: float
) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Example and members of each group among different spellings, whose replies stand beside them."""
    near = list(_near([spelling for spelling, _ in part], least))
    weight = np.array([len(places) for _, places in part])
    left = np.ones(len(part), dtype=bool)
    # A spelling's neighbours only become fewer: one whose count has fallen is put back with the new one.
    queue = [(-int(weight[ids].sum()), -int(weight[at]), at) for at, (ids, _) in enumerate(near)]
    heapq.heapify(queue)
    while queue:
        count, own, at = heapq.heappop(queue)
        if not left[at]:
            continue
        ids, likeness = near[at]
        free = left[ids]
        now = -int(weight[ids][free].sum())
        if now > count:
            heapq.heappush(queue, (now, own, at))
            continue
        left[ids] = False
        chosen = zip(ids[free].tolist(), likeness[free].tolist(), strict=True)
        members = [(place, round(like, 4)) for one, like in chosen for place in part[one][1]]
        yield part[at][1][0], sorted(members, key=lambda member: (-member[1], member[0]))


def _near(spellings: Sequence[str], least: float) -> Iterator[tuple[Any, Any]]:
    """Of each spelling those alike to it, itself among them, and how much."""
    counted = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=PIECES,
        n_features=FEATURES,
        alternate_sign=False,
        norm=None,
        lowercase=False,
    ).transform(spellings)
    used = np.unique(counted.indices)
    counted = counted[:, used]
    often = np.bincount(counted.indices, minlength=len(used))
    weighed = TfidfTransformer(sublinear_tf=True).fit_transform(counted)
    # The length counts all pieces, and only then are the common ones left out.
    telling = weighed[:, np.flatnonzero(often <= COMMON)].tocsr()
    others = telling.T.tocsr()
    for start in range(0, len(spellings), ROWS):
        found = (telling[start : start + ROWS] @ others).tocsr()
        for row in range(found.shape[0]):
            one = slice(found.indptr[row], found.indptr[row + 1])
            yield _nearest(found.indices[one], found.data[one], start + row, least)


def _nearest(ids: Any, likeness: Any, own: int, least: float) -> tuple[Any, Any]:
    enough = (likeness >= least) & (ids != own)
    ids, likeness = ids[enough], likeness[enough]
    order = np.lexsort((ids, -likeness))[: MOST_NEAR - 1]
    return np.append(ids[order], own).astype(np.int32), np.append(likeness[order], 1.0).astype(
        np.float32
    )


def _telling(replies: Iterable[Sequence[str]], spread: Counter[str], total: int) -> list[str]:
    """Words that most of these replies have, those first that few others have."""
    counted: Counter[str] = Counter()
    number = 0
    for reply in replies:
        counted.update(set(reply))
        number += 1
    weight = {
        word: (count / number) * np.log1p(total / spread[word])
        for word, count in counted.items()
        if count >= TELLING * number
    }
    return sorted(weight, key=lambda word: (-weight[word], word))[:MOST_WORDS]
