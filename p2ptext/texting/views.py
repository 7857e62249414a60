"""Pages of texting."""

from flask import Blueprint

blueprint = Blueprint("texting", __name__)
