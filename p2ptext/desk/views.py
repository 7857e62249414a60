"""Every page of the manager's desk: naming its modules here is what registers their routes."""

from p2ptext.accounts import team_models
from p2ptext.audience import link_models
from p2ptext.campaigns import enclosure_models, script_models
from p2ptext.desk import message_views, models, question_views, setup_views
from p2ptext.desk.blueprint import blueprint
from p2ptext.texting import shift_models

PAGES = (message_views, question_views, setup_views)
MODELS = (
    team_models,
    link_models,
    enclosure_models,
    script_models,
    models,
    shift_models,
)
"""Tables that no other module names."""

__all__ = ["PAGES", "blueprint"]
