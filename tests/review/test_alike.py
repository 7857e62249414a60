"""How well replies are grouped by what they say, on made-up replies whose meaning is known."""

import itertools

from p2ptext.review import alike

MEANINGS = {
    "who": "Who is this?|who is this|whos this|Who's this??|Who dis|sorry who is this?|Who is this please",
    "yes": "Yes|yes!|Yes please|yes 👍|YES|Yes I will|yes i do",
    "no": "No|no thanks|No thank you|no thank u|No thx",
    "not_interested": "not interested|Not interested thanks|I'm not interested|im not interested",
    "voted": "I already voted|already voted|I voted already|Already voted early|we already voted",
    "where": "Where do I vote?|where do i vote|Where can I vote|where do we vote?",
    "polling": "Where is my polling place?|wheres my polling place|where's my polling place",
    "time": "What time does it start?|What time does this start|what time will it start?",
    "moved": "I moved to Ohio|I moved to Ohio last year|we moved to Ohio",
    "ride": "I need a ride to the polls|need a ride to the polls|can I get a ride to the polls",
    "no_ride": "I don't need a ride to the polls|dont need a ride to the polls",
    "vote_for": "I will vote for her|I'll vote for her|i will vote for her!",
    "vote_not": "I won't vote for her|I wont vote for her|I will not vote for her",
    "spanish_who": "Quién es?|quien es|¿Quién es usted?",
    "spanish_no": "No me interesa|no me interesa gracias",
    "baby": "My daughter was born today|our son is in the hospital",
}
LABELLED = [(words, name) for name, said in MEANINGS.items() for words in said.split("|")]
TEXTS = [words for words, _ in LABELLED]


def purity(groups: list[alike.Group]) -> float:
    """Share of grouped replies that mean what most of their group mean."""
    right = total = 0
    for group in groups:
        names = [LABELLED[place][1] for place, _ in group.members]
        right += max(names.count(name) for name in names)
        total += len(names)
    return right / total


def test_groups_are_pure_and_find_most() -> None:
    found = alike.groups(TEXTS)
    assert purity(found) >= 0.97
    assert sum(len(group.members) for group in found) / len(TEXTS) >= 0.8
    for group in found:
        assert (group.example, 1.0) in group.members
        assert all(alike.LEAST_OF_ONE_KIND <= like <= 1 for _, like in group.members)


def test_a_no_is_never_with_a_yes() -> None:
    for first, second in itertools.product(
        ("I will vote for her", "I need a ride to the polls", "yes I can", "I am interested"),
        (
            "I won't vote for her",
            "I don't need a ride to the polls",
            "no I can't",
            "I am not interested",
        ),
    ):
        assert alike.groups([first, second]) == []


def test_the_same_replies_give_the_same_groups_in_any_order() -> None:
    def by_words(texts: list[str]) -> list[tuple[str, list[str]]]:
        return sorted(
            (texts[group.example].casefold(), sorted(texts[place] for place, _ in group.members))
            for group in alike.groups(texts)
        )

    assert alike.groups(TEXTS) == alike.groups(list(TEXTS))
    groups = [members for _, members in by_words(TEXTS)]
    assert sorted(members for _, members in by_words(TEXTS[::-1])) == sorted(groups)


def test_characteristic_words() -> None:
    first = next(group for group in alike.groups(TEXTS) if "polling" in TEXTS[group.example].casefold())
    assert {"polling", "place"} <= set(first.words)


def test_odd_texts() -> None:
    assert alike.groups([]) == []
    assert alike.groups([""]) == []
    found = alike.groups(["👍", "👍", "", " ", "a" * 5000, "a" * 5000])
    assert sorted(sorted(place for place, _ in group.members) for group in found) == [[0, 1], [4, 5]]
