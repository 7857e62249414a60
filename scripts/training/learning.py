"""Learns from example replies which pieces of text speak for a request to stop.

Logistic regression over the pieces of `rules.likeness`, each text's pieces sharing a length of one, both
answers weighing the same in all. Nothing but the language is needed, and the same examples always give
the same weights.
"""

import csv
import hashlib
import math
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from p2ptext.rules import likeness, optout

HERE = Path(__file__).parent
WEIGHTS = HERE.parent.parent / "p2ptext" / "rules" / "likeness.tsv"
ROUNDS = 20
STEP = 0.5
DECAY = 3e-4
"""How much each step takes from the weights it touches, so that few examples do not weigh too much."""
LEAST_SEEN = 2
"""Pieces in one example only say more about that example than about people."""


@dataclass(frozen=True, slots=True)
class Example:
    """A reply, and whether it asks for the texts to stop."""

    pieces: tuple[str, ...]
    signs: tuple[str, ...]
    asks: bool


def examples(paths: Sequence[Path]) -> list[Example]:
    """What the files hold, without what may be read either way."""
    found = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["expected"] != "either":
                    pieces = tuple(sorted(likeness.pieces(row["text"])))
                    signs = tuple(f"!{sign}" for sign in optout.signs(optout.by_rules(row["text"])))
                    found.append(Example(pieces, signs, row["expected"] != "not_stop"))
    return found


def texts(folder: Path = HERE) -> list[str]:
    """What the example replies say."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["text"] for row in csv.DictReader(file)]
    return found


def learn(known: Sequence[Example]) -> dict[str, float]:
    """Piece -> weight; the empty piece is where every text begins."""
    seen = Counter(piece for one in known for piece in one.pieces)
    weights = {piece: 0.0 for piece, times in seen.items() if times >= LEAST_SEEN} | {"": 0.0}
    weights |= {sign: 0.0 for one in known for sign in one.signs}
    moved = dict.fromkeys(weights, 1e-6)
    asking = sum(one.asks for one in known)
    share = {True: len(known) / (2 * asking), False: len(known) / (2 * (len(known) - asking))}
    chance = random.Random(5)  # noqa: S311  # an order to learn in, not a secret
    order = list(known)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for one in order:
            _step(weights, moved, one, share[one.asks])
    return weights


def _step(weights: dict[str, float], moved: dict[str, float], one: Example, share: float) -> None:
    scale = 1 / math.sqrt(len(one.pieces) or 1)
    known = [(piece, scale) for piece in one.pieces if piece in weights]
    known += [(sign, 1.0) for sign in ("", *one.signs)]
    strength = sum(size * weights[piece] for piece, size in known)
    wrong = share * (1 / (1 + math.exp(-max(-30.0, min(30.0, strength)))) - one.asks)
    for piece, size in known:
        slope = wrong * size + DECAY * weights[piece]
        moved[piece] += slope * slope
        weights[piece] -= STEP * slope / math.sqrt(moved[piece])


def digest(paths: Sequence[Path]) -> str:
    """What the examples are, in twelve letters."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def lines(weights: dict[str, float], paths: Sequence[Path]) -> list[str]:
    """The file of weights: its first line names the examples, then a piece and its hundredths each."""
    rows = [(piece, round(weight * 100)) for piece, weight in sorted(weights.items())]
    named = f"Learnt by scripts/train-likeness from the examples {digest(paths)}"
    return [named, *(f"{piece}\t{weight}" for piece, weight in rows if abs(weight) >= 5 or not piece)]


def main(folder: Path = HERE, into: Path = WEIGHTS) -> None:
    paths = sorted(folder.glob("*.csv"))
    known = examples(paths)
    written = lines(learn(known), paths)
    into.write_text("\n".join(written) + "\n", "utf-8", newline="\n")
    sys.stdout.write(f"{len(known)} examples, {len(written) - 1} pieces\n")


if __name__ == "__main__":
    main()
