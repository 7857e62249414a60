"""Where the pages of audience hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("audience", __name__)
