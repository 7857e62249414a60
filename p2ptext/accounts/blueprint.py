"""Where the pages of accounts hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
