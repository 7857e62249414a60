"""What a check says: how much it looked at, and what was wrong."""

from dataclasses import dataclass, field


@dataclass
class Finding:
    """The outcome of one invariant."""

    checked: int = 0
    breaches: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and no breach."""

    def expect(self, holds: object, breach: str) -> None:
        """One thing looked at."""
        self.checked += 1
        if not holds:
            self.breaches.append(breach)


def together(*findings: Finding) -> Finding:
    """Several looks at one invariant."""
    return Finding(
        sum(one.checked for one in findings),
        [breach for one in findings for breach in one.breaches],
        [note for one in findings for note in one.notes],
    )
