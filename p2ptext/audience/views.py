"""Pages of audience."""

from flask import Blueprint

blueprint = Blueprint("audience", __name__)
