"""Pages of insight."""

from flask import Blueprint

blueprint = Blueprint("insight", __name__)
