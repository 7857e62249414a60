"""Whatever people and carriers do, every sum is what the rows say as soon as it is counted."""

from dataclasses import asdict

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from p2ptext.counting import catching_up, charges, reading
from p2ptext.extensions import db
from tests import world
from tests.counting import rows
from tests.counting.life import DEEDS, OFTEN, begin_life

DEED = st.tuples(st.sampled_from([*DEEDS, *OFTEN]), st.integers(0, 500))


def assert_equal(campaign_id: int, org_id: int) -> None:
    db.session.commit()
    assert catching_up.catch_up()
    read = reading.of(campaign_id)
    assert rows.flat(read.dimensions) == rows.sums(campaign_id)
    assert read.contacts == read.not_texted + sum(
        asdict(read.total)[place] for place in ("on_the_way", "sent", "unknown", "ended")
    )
    for by in ("campaign", "number", "network", "day", "all"):
        assert charges.of(org_id, by) == rows.charged(org_id, by)


@given(first=st.lists(DEED, min_size=4, max_size=10), then=st.lists(DEED, max_size=10))
@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_sum_follows_whatever_is_done(
    app: Flask, first: list[tuple[str, int]], then: list[tuple[str, int]]
) -> None:
    with world.undone():
        life = begin_life(app)
        for deeds in ([*[("click", 0)] * 4, ("dispatch", 0)], first, then):
            for deed, choice in deeds:
                life.do(deed, choice)
            assert_equal(life.made.campaign, life.made.org_id)
            charges.fold()


EVENING = (
    # First texts: taken, unclear, refused; one is taken back; replies of all kinds.
    *(("another_list", 0), ("another_list", 0), ("another_list", 2)),
    *(("click", 0), ("click", 0), ("click", 0), ("undo", 2), ("click", 1), ("click", 1)),
    *(
        ("dispatch", 0),
        ("tell", 0),
        ("tell", 3),
        ("write", 0),
        ("write", 32),
        ("survey", 0),
        ("goal", 0),
        # The second question, then another answer to the first: the second does not follow any more.
        ("survey", 1),
        ("survey", 4),
    ),
    *(("click", 0), ("dispatch", 5), ("reply", 0), ("opt_out", 3), ("correct", 1), ("lift", 1)),
    # A second round, of which one text is refused outright; calls that nobody knows the end of.
    *(("start_pass", 0), ("dispatch", 8), ("click", 0), ("dispatch", 0), ("tell", 25), ("write", 6)),
    *(("survey", 5), ("click", 0), ("call", 0), ("vanish", 0), ("resend", 1), ("dispatch", 0)),
    *(("take_over", 0), ("click", 0), ("call", 0), ("tell", 4), ("end_call", 8), ("erase", 1)),
    *(("set_aside", 4), ("stop_pass", 0), ("give_up", 0)),
)


def test_a_long_evening_has_everything_in_it(app: Flask) -> None:
    life = begin_life(app)
    seen: dict[str, int] = {}
    states: set[tuple[str, int]] = set()
    for deed, choice in EVENING:
        life.do(deed, choice)
        assert_equal(life.made.campaign, life.made.org_id)
        for name, number in asdict(reading.total(life.made.campaign)).items():
            seen[name] = max(seen.get(name, 0), number)
        states |= {tuple(row) for row in db.session.execute(text("SELECT state, round FROM message"))}
    assert not [name for name, most in seen.items() if most == 0]
    assert {("queued", 2), ("rejected", 2), ("unknown", 1), ("cancelled", 1)} <= states
    assert len(reading.by(life.made.campaign, "wording")) > 2
