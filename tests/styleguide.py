"""A little application that shows templates/styleguide.html: every part of the pages, with made-up data.

To look at it: python -m flask --app tests.styleguide run
"""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, flash, render_template, request
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired

import p2ptext
from p2ptext.accounts.help_views import opening
from p2ptext.browser_safety import CONTENT_SECURITY_POLICY
from tests import chart_samples

HERE = Path(p2ptext.__file__).parent

ROLES = [
    SelectChoice("volunteer", "Volunteer: sends texts and answers replies"),
    SelectChoice("organizer", "Organizer: also sees progress and helps"),
    SelectChoice("manager", "Manager: also makes campaigns"),
]

NAV = {
    "home_url": "/",
    "org_name": "Friends of the Library",
    "org_url": "/",
    "switch": [("Friends of the Library", "/", True), ("Riverside Food Bank", "/other", False)],
    "person_name": "Amy Okafor",
    "role": "Manager",
    "profile_url": "/profile",
    "sign_out_url": "/sign-out",
}


class SampleForm(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    name = StringField("Your name", [DataRequired("Enter your name")])
    email = EmailField(
        "Email address",
        [DataRequired(), Email("Enter an email address like name@example.org")],
        description="We write only when something needs you.",
    )
    password = PasswordField("Password", [DataRequired()], description="12 characters or more.")
    size = IntegerField("Batch size", [DataRequired()], default=50, description="Contacts at once.")
    zone = SelectField("Time zone", [DataRequired()], choices=["America/New_York", "America/Chicago"])
    list = FileField("Contact list", description="A CSV file with a column of phone numbers.")
    text = TextAreaField("First message", [DataRequired()], default="Hi {first_name}, this is Amy.")
    role = RadioField("Role", [InputRequired("Choose a role")], choices=ROLES)
    terms = BooleanField("I have read the texting terms", [DataRequired("Tick this to go on")])
    waits = BooleanField("New volunteers wait for approval", description="Someone lets each in by hand.")


def create_app() -> Flask:
    """The style guide at /; /?faults=1 shows its form filled in wrongly."""
    app = Flask(__name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    app.secret_key = "only for looking at made-up data"
    CSRFProtect(app)
    app.jinja_env.globals["glossary_entry"] = opening

    @app.get("/")
    def styleguide() -> str:
        form = SampleForm()
        if "faults" in request.args:
            form = SampleForm(MultiDict({"email": "amy@"}), meta={"csrf": False})
            form.validate()
        flash("Your changes are saved.")
        flash("The carrier is slow: texts leave about 6 minutes late.", "error")
        return render_template(
            "styleguide.html",
            form=form,
            nav=NAV,
            nav_items=lambda: [
                ("Texting", "/texting", False),
                ("Campaigns", "/", True),
                ("People", "/p", False),
            ],
            carrier_is_simulated=True,
            chart_samples=chart_samples,
            moment=datetime(2026, 11, 3, 14, 2, tzinfo=UTC),
        )

    @app.after_request
    def add_policy(response: object) -> object:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response

    return app
