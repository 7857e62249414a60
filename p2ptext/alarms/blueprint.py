"""Where the pages of alarms hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("alarms", __name__, url_prefix="/o/<org>/alarms")
