"""Every page of the manager's desk: naming its modules here is what registers their routes."""

from p2ptext.audience import link_models
from p2ptext.campaigns import enclosure_models, script_models
from p2ptext.desk import (answer_views, editor_views, message_views, play_views, question_views, version_views, setup_views, trying_views
from p2ptext.desk.blueprint import blueprint
from p2ptext.texting import shift_models

PAGES = (message_views, question_views, setup_views, trying_views)
MODELS = (
    link_models,
    enclosure_models,
    script_models,
    shift_models,
)
"""Tables that no other module names."""

__all__ = ["PAGES", "blueprint"]
