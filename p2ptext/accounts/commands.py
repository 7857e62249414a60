"""Commands of accounts: `flask --app wsgi create-owner ...`."""

import secrets

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import with_appcontext

from p2ptext.accounts import founding, letters, passwords
from p2ptext.background import transaction
from p2ptext.errors import Refused


@click.command("create-owner")
@click.option("--email", required=True, help="The owner's e-mail address.")
@click.option("--org-name", required=True, help="The organization's name.")
@click.option("--name", required=True, help="The owner's name.")
@click.option("--operator", is_flag=True, help="The owner also runs this installation.")
@click.option("--ask-password", is_flag=True, help="Ask for a password instead of making one.")
@click.option("--send-link", is_flag=True, help="Mail a link to choose the password instead.")
@with_appcontext
def create_owner(
    email: str, org_name: str, name: str, operator: bool, ask_password: bool, send_link: bool
) -> None:
    """Make an organization and its owner. A password that is made is printed once."""
    email, name, org_name = email.strip(), " ".join(name.split()), " ".join(org_name.split())
    _check(email, name, org_name)
    password = _ask(email, name) if ask_password else secrets.token_urlsafe(12)
    hashed = passwords.hash_password(password)
    try:
        with transaction():
            org, person, is_new = founding.found(
                org_name=org_name, email=email, name=name, password_hash=hashed, operator=operator
            )
            if is_new and send_link:
                letters.ask_for("reset", person.email)
            slug = org.slug
    except Refused as error:
        raise click.ClickException(error.words) from error
    click.echo(f"{org_name} is at /o/{slug}. {email} owns it.")
    if not is_new:
        click.echo("They have an account already: their name and password stay as they are.")
    elif send_link:
        click.echo("A mail with a link to choose the password is on its way.")
    elif not ask_password:
        click.echo(f"Password (shown only now): {password}")


def _check(email: str, name: str, org_name: str) -> None:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.BadParameter("This is no e-mail address.", param_hint="--email") from error
    if not name or not org_name:
        raise click.BadParameter("Neither name may be empty.", param_hint="--name, --org-name")


def _ask(email: str, name: str) -> str:
    while True:
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        fault = passwords.fault_of(password, email, name)
        if fault is None:
            return password
        click.echo(fault)


COMMANDS = (create_owner,)
