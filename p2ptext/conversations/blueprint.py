"""Where the pages of conversations hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("conversations", __name__, url_prefix="/o/<org>")
