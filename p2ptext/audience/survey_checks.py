"""Whether a campaign's questions can be asked: the tree by its shape, its texts by the list they fill."""

from collections.abc import Sequence

from p2ptext.audience.columns import columns_of, known_fields
from p2ptext.campaigns import linking, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.rules import script, tree
from p2ptext.rules.links import Links
from p2ptext.rules.tree import Answer, Step, TreeFault


def check(campaign: Campaign, steps: Sequence[Step] | None = None) -> list[TreeFault]:
    """What is wrong with the campaign's questions, or with `steps` in their place; what blocks first.

    Texts are compared with the columns of the lists once there is one; before, nothing is held
    against a field.
    """
    steps = writing.steps_of(campaign) if steps is None else steps
    if not steps:
        return []
    columns = columns_of(campaign.id)
    found = tree.check(steps)
    if columns:
        links = linking.links_of(campaign.id)
        found += [
            fault
            for step in steps
            for answer in step.answers
            for fault in _texts(step, answer, columns, links)
        ]
    return sorted(found, key=lambda fault: fault.warns)


def _texts(step: Step, answer: Answer, columns: Sequence[str], links: Links) -> list[TreeFault]:
    where = f"The text after “{answer.label}” to {tree.name_of(step)}"
    faults = {
        fault.words: fault
        for text in links.put_in_all(answer.texts)
        if text.strip()
        for fault in script.check(text, known_fields(text, columns))
    }
    return [
        TreeFault(fault.code, f"{where}: {fault.words}", step.key, answer.key)
        for fault in faults.values()
    ]
