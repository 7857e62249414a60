"""How long a volunteer with very many waiting replies waits for the list."""

from scripts.benchmarks import load, talks
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.measures import Row, cpu
from scripts.launcher.processes import Stack

LOOKS = 200
PER_SECOND = 10
ON_A_PAGE = 50


def reply_list(stack: Stack, ground: Ground, conversations: int, waiting: int) -> list[Row]:
    """The first and the last page of so many waiting replies, in a campaign of so many conversations."""
    campaign_id = talks.lay(ground, conversations)
    volunteer = ground.volunteers[0]
    # They all come to one volunteer, as after a hand-over; a fifth of the others has answered before.
    talks.belong(ground, campaign_id, volunteer.id, waiting)
    talks.answered(ground, campaign_id, waiting, waits=True, person_id=volunteer.id)
    talks.answered(ground, campaign_id, conversations // 5, waits=False)
    last = -(-waiting // ON_A_PAGE)
    path = f"/o/{ground.slug}/replies"
    rows = []
    for words, address in (("first", path), ("last", f"{path}?show=waiting&page={last}")):
        look = load.Request(address, b"", {"Cookie": volunteer.cookie}, method="GET")
        usage = load.Usage(stack)
        outcome = load.run(stack.url, [look] * LOOKS, PER_SECOND)
        spent = usage.spent()
        rows.append(
            Row(
                f"list of {waiting:,} waiting replies, {words} page, {conversations:,} conversations",
                f"p50 {outcome.percentile(0.5):.0f} ms, p95 {outcome.percentile(0.95):.0f} ms",
                "p95 150 ms",
                f"{outcome.words}; {cpu(spent, LOOKS)}",
            )
        )
    return rows
