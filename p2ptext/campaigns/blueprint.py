"""The blueprint all pages of campaigns hang on."""

from flask import Blueprint

blueprint = Blueprint("campaigns", __name__)
