"""The blueprint all pages of numbers and their registrations hang on."""

from flask import Blueprint

blueprint = Blueprint("registry", __name__)
