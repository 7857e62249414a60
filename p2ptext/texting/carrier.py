"""The carrier this application was given."""

from typing import cast

from flask import current_app

from p2ptext.sms.provider import Provider


def provider() -> Provider:
    """The carrier, as the settings say."""
    return cast(Provider, current_app.extensions["sms_provider"])
