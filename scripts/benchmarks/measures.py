"""What every measurement has in common."""

from dataclasses import dataclass

RUNS = 3


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure, the bar, and more about it."""

    what: str
    figure: str
    reach: str
    detail: str


def cpu(usage: dict[str, float], amount: int) -> str:
    each = ", ".join(f"{name} {1000 * seconds / amount:.1f}" for name, seconds in sorted(usage.items()))
    return f"CPU ms each: {each}"
