"""Where the pages of the manager's desk hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
