"""Runs the migrations, as the database's owner where DATABASE_OWNER_URL is set."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, text

from p2ptext.accounts import models as accounts
from p2ptext.alarms import models as alarms
from p2ptext.audience import models as audience
from p2ptext.campaigns import models as campaigns
from p2ptext.conversations import models as conversations
from p2ptext.counting import models as counting
from p2ptext.exports import models as exports
from p2ptext.extensions import Base, db
from p2ptext.review import models as review
from p2ptext.texting import evidence_models as evidence
from p2ptext.texting import models as texting
from p2ptext.texting import pace_models as pace
from p2ptext.texting import piece_models as pieces
from p2ptext.texting import presence_models as presence

# Importing a module of models is what puts its tables into the metadata.
TABLES_COME_FROM = (
    accounts,
    campaigns,
    audience,
    texting,
    pace,
    pieces,
    presence,
    evidence,
    conversations,
    counting,
    alarms,
    exports,
    review,
)

settings = current_app.config["SETTINGS"]
engine = create_engine(settings.database_owner_url) if settings.database_owner_url else db.engine


def grant_rights(connection: Connection) -> None:
    """Let the program's own user work with every table, and of evidence only read and add.

    After every upgrade, so that tables of a new release are covered, and evidence of it as well: what
    a trigger keeps from being changed.
    """
    with db.engine.connect() as own:
        user = own.scalar(text("SELECT quote_ident(current_user)"))
    if user == connection.scalar(text("SELECT quote_ident(current_user)")):
        return
    evidence = "SELECT tgrelid::regclass FROM pg_trigger WHERE tgname LIKE '%\\_is\\_append\\_only'"
    for sql in (
        f"GRANT USAGE ON SCHEMA public TO {user}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {user}",
        *(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {user}"
            for table in connection.scalars(text(evidence))
        ),
    ):
        connection.execute(text(sql))


with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=False)
    with context.begin_transaction():
        # Two releases at once: the second waits, then finds nothing left to do.
        context.execute("SELECT pg_advisory_xact_lock(7022026)")
        context.run_migrations()
        if settings.database_owner_url:
            grant_rights(connection)
