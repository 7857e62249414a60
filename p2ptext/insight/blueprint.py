"""Where the organizer's pages of numbers hang; views.py loads them all."""

from flask import Blueprint

blueprint = Blueprint("insight", __name__)
