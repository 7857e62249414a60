"""Runs the migrations, as the database's owner where DATABASE_OWNER_URL is set."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine

from p2ptext.accounts import models as accounts
from p2ptext.audience import models as audience
from p2ptext.campaigns import models as campaigns
from p2ptext.extensions import Base, db
from p2ptext.texting import evidence_models as evidence
from p2ptext.texting import models as texting

# Importing a module of models is what puts its tables into the metadata.
TABLES_COME_FROM = (accounts, campaigns, audience, texting, evidence)

settings = current_app.config["SETTINGS"]
engine = create_engine(settings.database_owner_url) if settings.database_owner_url else db.engine

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=False)
    with context.begin_transaction():
        # Two releases at once: the second waits, then finds nothing left to do.
        context.execute("SELECT pg_advisory_xact_lock(7022026)")
        context.run_migrations()
