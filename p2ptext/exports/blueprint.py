"""Where the pages of exports hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("exports", __name__)
