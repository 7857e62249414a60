"""Where the pages of review hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("review", __name__)
