"""Every page of numbers: naming its modules here is what registers their routes."""

from p2ptext.counting import models
from p2ptext.insight import (
    campaign_views,
    goal_views,
    money_views,
    now_views,
    rates_views,
    report_views,
    rows_views,
)
from p2ptext.insight.blueprint import blueprint

PAGES = (campaign_views, money_views, rates_views, rows_views, goal_views, now_views, report_views)
MODELS = (models,)
"""Tables that no other module names yet."""

__all__ = ["MODELS", "PAGES", "blueprint"]
