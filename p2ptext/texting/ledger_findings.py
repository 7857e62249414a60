"""What a check of the ledger found, as codes, ids and words for people."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_LISTED = 1_000
"""Findings named one by one; of those beyond, only how many of each kind: memory stays small."""

BEHIND_S = 90
"""A click that waits longer for its seal means that nobody seals."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: what happened in words, and the rows it is about."""

    code: str
    words: str
    blocks: tuple[int, ...] = ()
    clicks: tuple[int, ...] = ()
    messages: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
    """Of the file of roots."""


@dataclass(slots=True)
class Report:
    """The state of the ledger. It is sound when nothing was found."""

    blocks: int = 0
    clicks: int = 0
    """That are sealed."""
    unsealed: int = 0
    oldest_unsealed_s: float = 0.0
    texts: int = 0
    """That were held against their click's commitment."""
    texts_erased: int = 0
    """That cannot be: the salt of theirs went with an erasure."""
    roots_file: str | None = None
    blocks_vouched: int = 0
    """Up to the last one whose root stands in the file: a root is a hash of all before it as well."""
    findings: list[Finding] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        self.kinds[finding.code] += 1
        if len(self.findings) < MOST_LISTED:
            self.findings.append(finding)

    @property
    def sound(self) -> bool:
        return not self.kinds

    @property
    def sealer_is_behind(self) -> bool:
        return self.oldest_unsealed_s > BEHIND_S

    def cannot_see(self) -> list[str]:
        """What this check says nothing about, in words."""
        words = []
        if self.roots_file is None:
            words.append(
                "Without --roots, clicks and blocks may have been changed or cut off at the end by somebody"
                " who then sealed everything anew: the new chain looks like any other. Check again with a"
                " file of roots that was kept where they could not write."
            )
        elif self.blocks_vouched < self.blocks:
            words.append(
                f"The file does not vouch for the last {_some(self.blocks - self.blocks_vouched, 'block')}."
                " What is sealed there may have been changed and sealed anew."
            )
        if self.unsealed:
            words.append(
                f"{_some(self.unsealed, 'click')} not sealed yet could be changed and it would not show."
            )
        if self.texts_erased:
            words.append(
                f"{_some(self.texts_erased, 'text')} of erased people cannot be held against their clicks."
            )
        return words

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "sound": self.sound,
            "blocks": self.blocks,
            "clicks": self.clicks,
            "unsealed": {
                "clicks": self.unsealed,
                "oldest_s": round(self.oldest_unsealed_s, 1),
                "sealer_is_behind": self.sealer_is_behind,
            },
            "texts": {"checked": self.texts, "erased": self.texts_erased},
            "roots": {"file": self.roots_file, "blocks_vouched": self.blocks_vouched},
            "findings": [asdict(finding) for finding in self.findings],
            "findings_of_kind": dict(self.kinds),
            "cannot_see": self.cannot_see(),
        }

    def in_words(self) -> list[str]:
        """Lines for a terminal."""
        lines = [finding.words for finding in self.findings]
        if self.kinds.total() > len(self.findings):
            lines.append(f"... and {self.kinds.total() - len(self.findings):,} more.")
        lines.append(
            f"{_some(self.clicks, 'sealed click')} in {_some(self.blocks, 'block')}, "
            f"{_some(self.texts, 'text')} held against them: "
            + ("sound." if self.sound else f"{_some(self.kinds.total(), 'finding')}.")
        )
        if self.roots_file is not None:
            lines.append(f"The file of roots vouches for {_some(self.blocks_vouched, 'block')}.")
        if self.unsealed:
            lines.append(
                f"{_some(self.unsealed, 'click')} not sealed yet, the oldest of them"
                f" {self.oldest_unsealed_s:.0f} s old."
            )
        if self.sealer_is_behind:
            lines.append(
                f"Clicks are sealed within {BEHIND_S} s when a dispatcher runs: "
                "see whether one does, and what it logs."
            )
        return lines + [f"Not seen: {words}" for words in self.cannot_see()]


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def span(first: int, last: int, what: str) -> str:
    """ "Block 7", "Blocks 7 to 9"."""
    return f"{what} {first}" if first == last else f"{what}s {first} to {last}"
