"""Every page of the manager's desk: naming its modules here is what registers their routes."""

from p2ptext.accounts import letter_texts
from p2ptext.audience import approving, link_models
from p2ptext.desk import (
    answer_views,
    checking_views,
    editor_views,
    enclosure_views,
    guide_views,
    language_views,
    launch_views,
    life_views,
    link_views,
    message_views,
    people_views,
    play_views,
    purpose_views,
    question_views,
    script_files_views,
    setup_views,
    starter_views,
    trying_views,
    version_views,
)
from p2ptext.desk.blueprint import blueprint

PAGES = (
    guide_views,
    link_views,
    purpose_views,
    people_views,
    life_views,
    checking_views,
    language_views,
    launch_views,
    answer_views,
    editor_views,
    enclosure_views,
    message_views,
    play_views,
    question_views,
    script_files_views,
    setup_views,
    starter_views,
    trying_views,
    version_views,
)
MODELS = (link_models,)
"""Tables that no other module names."""

letter_texts.WRITERS[approving.ASKED] = approving.write_asked
letter_texts.WRITERS[approving.GIVEN] = approving.write_given

__all__ = ["PAGES", "blueprint"]
