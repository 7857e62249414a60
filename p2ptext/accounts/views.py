"""Every page of accounts: naming its modules here is what registers their routes."""

from p2ptext.accounts import (
    door_views,
    help_views,
    inviting_views,
    joining_views,
    link_views,
    navigation,
    notice_views,
    organization_views,
    people_views,
    profile_views,
    reset_views,
    team_views,
)
from p2ptext.accounts.blueprint import blueprint

PAGES = (
    door_views,
    help_views,
    inviting_views,
    joining_views,
    link_views,
    navigation,
    notice_views,
    organization_views,
    people_views,
    profile_views,
    reset_views,
    team_views,
)

__all__ = ["PAGES", "blueprint"]
