"""the house"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


CLOCK = """
CREATE FUNCTION p2p_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
  SELECT clock_timestamp()
    + make_interval(secs => coalesce(nullif(current_setting('p2ptext.clock_offset_s', true), '')::float, 0))
$$;
COMMENT ON FUNCTION p2p_now() IS
  'The one clock: the present moment plus the offset of this connection (simulated carrier only).';
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are evidence and are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
"""

EVIDENCE = ("click", "click_seal", "ledger_block", "audit_event", "suppression_event")


def upgrade():
    op.execute(CLOCK)
    op.execute(APPEND_ONLY)
    op.create_table('ledger_block',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('previous_root', sa.LargeBinary(), nullable=False),
    sa.Column('clicks', sa.Integer(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_block')),
    sa.UniqueConstraint('previous_root', name=op.f('uq_ledger_block_previous_root')),
    sa.UniqueConstraint('root', name=op.f('uq_ledger_block_root'))
    )
    op.create_table('organization',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('newcomers_wait', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('provider_confirms_stop', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('stop_confirmation', sa.Text(), server_default='You are opted out and will get no more texts from us.', nullable=False),
    sa.Column('help_text', sa.Text(), server_default='You can reach us by replying here. Reply STOP to get no more texts.', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization')),
    sa.UniqueConstraint('slug', name=op.f('uq_organization_slug'))
    )
    op.create_table('pacing_bucket',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('permits', sa.Double(), nullable=False),
    sa.Column('refilled_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('halted_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('halted_reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_pacing_bucket'))
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('is_operator', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index('uq_person_email', 'person', [sa.literal_column('lower(email)')], unique=True)
    op.create_table('audit_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), server_default='', nullable=False),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('ip', sa.Text(), server_default='', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_audit_event_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_audit_event_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_event'))
    )
    op.create_index(op.f('ix_audit_event_organization_id'), 'audit_event', ['organization_id'], unique=False)
    op.create_table('campaign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='draft', nullable=False),
    sa.Column('opens', sa.Time(), server_default='09:00', nullable=False),
    sa.Column('closes', sa.Time(), server_default='20:00', nullable=False),
    sa.Column('sunday_opens', sa.Time(), server_default='12:00', nullable=False),
    sa.Column('batch_size', sa.Integer(), server_default='50', nullable=False),
    sa.Column('undo_s', sa.Integer(), server_default='5', nullable=False),
    sa.Column('plain_typography', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('script_version_id', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('launched_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('draft','running','paused','archived')", name=op.f('ck_campaign_status')),
    sa.CheckConstraint('batch_size BETWEEN 1 AND 1000', name=op.f('ck_campaign_batch_size')),
    sa.CheckConstraint('opens < closes', name=op.f('ck_campaign_hours')),
    sa.CheckConstraint('undo_s BETWEEN 0 AND 15', name=op.f('ck_campaign_undo_s')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_campaign_created_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_campaign_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign')),
    sa.UniqueConstraint('organization_id', 'name', name=op.f('uq_campaign_organization_id_name'))
    )
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_invitation_created_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_invitation_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_invitation_token_digest'))
    )
    op.create_index(op.f('ix_invitation_organization_id'), 'invitation', ['organization_id'], unique=False)
    op.create_table('join_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('most_uses', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), server_default='0', nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_join_link_created_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_join_link_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_link'))
    )
    op.create_index(op.f('ix_join_link_organization_id'), 'join_link', ['organization_id'], unique=False)
    op.create_table('letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('to_email', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('about_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_letter_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter'))
    )
    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='active', nullable=False),
    sa.Column('texting_name', sa.Text(), nullable=False),
    sa.Column('terms_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.CheckConstraint("role IN ('owner','manager','organizer','volunteer')", name=op.f('ck_membership_role')),
    sa.CheckConstraint("status IN ('pending','active','suspended','removed')", name=op.f('ck_membership_status')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_membership_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('organization_id', 'person_id', name=op.f('uq_membership_organization_id_person_id'))
    )
    op.create_index(op.f('ix_membership_person_id'), 'membership', ['person_id'], unique=False)
    op.create_table('password_reset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_password_reset_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_password_reset')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_password_reset_token_digest'))
    )
    op.create_index(op.f('ix_password_reset_person_id'), 'password_reset', ['person_id'], unique=False)
    op.create_table('provider_event',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('event_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.CheckConstraint("kind IN ('inbound','status','strange')", name=op.f('ck_provider_event_kind')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_provider_event_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_event')),
    sa.UniqueConstraint('event_key', name=op.f('uq_provider_event_event_key'))
    )
    op.create_index('ix_provider_event_kept', 'provider_event', ['organization_id', 'id'], unique=False, postgresql_where=sa.text('note IS NOT NULL'))
    op.create_table('sending_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_sending_number_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sending_number')),
    sa.UniqueConstraint('phone', name=op.f('uq_sending_number_phone'))
    )
    op.create_index(op.f('ix_sending_number_organization_id'), 'sending_number', ['organization_id'], unique=False)
    op.create_table('web_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_agent', sa.Text(), server_default='', nullable=False),
    sa.Column('ip', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_web_session_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_session')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_web_session_token_digest'))
    )
    op.create_index(op.f('ix_web_session_person_id'), 'web_session', ['person_id'], unique=False)
    op.create_table('batch',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_person_id', sa.Integer(), nullable=True),
    sa.Column('zone_sets', postgresql.ARRAY(sa.Text()), nullable=True),
    sa.CheckConstraint("(state = 'leased') = (person_id IS NOT NULL)", name=op.f('ck_batch_held_by_somebody')),
    sa.CheckConstraint("state IN ('open','leased','done')", name=op.f('ck_batch_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_batch_campaign_id')),
    sa.ForeignKeyConstraint(['last_person_id'], ['person.id'], name=op.f('fk_batch_last_person_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_batch_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_batch_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch')),
    sa.UniqueConstraint('campaign_id', 'position', name=op.f('uq_batch_campaign_id_position'))
    )
    op.create_index('ix_batch_lease', 'batch', ['leased_until'], unique=False, postgresql_where=sa.text("state = 'leased'"))
    op.create_index('ix_batch_open', 'batch', ['campaign_id', 'position'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('uq_batch_in_hand', 'batch', ['campaign_id', 'person_id'], unique=True, postgresql_where=sa.text("state = 'leased'"))
    op.create_table('campaign_number',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('number_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_number_campaign_id')),
    sa.ForeignKeyConstraint(['number_id'], ['sending_number.id'], name=op.f('fk_campaign_number_number_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_campaign_number_organization_id')),
    sa.PrimaryKeyConstraint('campaign_id', 'number_id', name=op.f('pk_campaign_number'))
    )
    op.create_table('contact_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('stored_as', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('column_map', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('consent_source', sa.Text(), server_default='', nullable=False),
    sa.Column('consent_date', sa.Date(), nullable=True),
    sa.Column('consent_basis', sa.Text(), server_default='', nullable=False),
    sa.Column('status', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('bytes_read', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rows_read', sa.Integer(), server_default='0', nullable=False),
    sa.Column('imported', sa.Integer(), server_default='0', nullable=False),
    sa.Column('duplicates', sa.Integer(), server_default='0', nullable=False),
    sa.Column('suppressed', sa.Integer(), server_default='0', nullable=False),
    sa.Column('refused', sa.Integer(), server_default='0', nullable=False),
    sa.Column('fault', sa.Text(), server_default='', nullable=False),
    sa.Column('zone_sets', postgresql.ARRAY(sa.Text()), nullable=True),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting','running','done','refused')", name=op.f('ck_contact_import_status')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_contact_import_campaign_id')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_contact_import_created_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_contact_import_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_import'))
    )
    op.create_index(op.f('ix_contact_import_campaign_id'), 'contact_import', ['campaign_id'], unique=False)
    op.create_index('uq_contact_import_running', 'contact_import', ['campaign_id'], unique=True, postgresql_where=sa.text("status IN ('waiting','running')"))
    op.create_table('recipient',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('phone_hash', sa.LargeBinary(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('suppressed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suppressed_reason', sa.Text(), nullable=True),
    sa.Column('number_id', sa.Integer(), nullable=True),
    sa.Column('last_texted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.ForeignKeyConstraint(['number_id'], ['sending_number.id'], name=op.f('fk_recipient_number_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_recipient_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient')),
    sa.UniqueConstraint('organization_id', 'phone_hash', name=op.f('uq_recipient_organization_id_phone_hash'))
    )
    op.create_table('script_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('document', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_script_version_campaign_id')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_script_version_created_by')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_script_version_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_script_version')),
    sa.UniqueConstraint('campaign_id', 'number', name=op.f('uq_script_version_campaign_id_number'))
    )
    op.create_table('contact',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.Text(), server_default='', nullable=False),
    sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('zones', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('zone_evidence', sa.Text(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), server_default='1', nullable=False),
    sa.Column('state', sa.Text(), server_default='ready', nullable=False),
    sa.Column('ended_reason', sa.Text(), nullable=True),
    sa.Column('skipped_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('ready','texted','ended')", name=op.f('ck_contact_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_contact_batch_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_contact_campaign_id')),
    sa.ForeignKeyConstraint(['import_id'], ['contact_import.id'], name=op.f('fk_contact_import_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_contact_organization_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_contact_recipient_id')),
    sa.ForeignKeyConstraint(['skipped_by'], ['person.id'], name=op.f('fk_contact_skipped_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact')),
    sa.UniqueConstraint('campaign_id', 'recipient_id', name=op.f('uq_contact_campaign_id_recipient_id'))
    )
    op.create_index('ix_contact_batch', 'contact', ['batch_id', 'position'], unique=False)
    op.create_index(op.f('ix_contact_import_id'), 'contact', ['import_id'], unique=False)
    op.create_index(op.f('ix_contact_recipient_id'), 'contact', ['recipient_id'], unique=False)
    op.create_table('refused_row',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('row', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['contact_import.id'], name=op.f('fk_refused_row_import_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_refused_row_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refused_row'))
    )
    op.create_index(op.f('ix_refused_row_import_id'), 'refused_row', ['import_id'], unique=False)
    op.create_table('suppression_event',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.CheckConstraint("action IN ('added','lifted')", name=op.f('ck_suppression_event_action')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_suppression_event_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_suppression_event_person_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_suppression_event_recipient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suppression_event'))
    )
    op.create_index(op.f('ix_suppression_event_recipient_id'), 'suppression_event', ['recipient_id'], unique=False)
    op.create_table('click',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('age_ms', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('text_commitment', sa.LargeBinary(), nullable=False),
    sa.Column('zone_evidence', sa.Text(), nullable=False),
    sa.Column('checks', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("kind IN ('first','reply','resend')", name=op.f('ck_click_kind')),
    sa.CheckConstraint('age_ms >= 0', name=op.f('ck_click_age_ms')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_click_contact_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_click_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_click_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['web_session.id'], name=op.f('fk_click_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_click')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_click_token_digest'))
    )
    op.create_index(op.f('ix_click_contact_id'), 'click', ['contact_id'], unique=False)
    op.create_index('ix_click_person', 'click', ['person_id', 'id'], unique=False)
    op.create_table('conversation',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('number_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('closed_reason', sa.Text(), nullable=True),
    sa.Column('review_reason', sa.Text(), nullable=True),
    sa.Column('last_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_inbound_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.CheckConstraint("state IN ('open','closed')", name=op.f('ck_conversation_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_conversation_campaign_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_conversation_contact_id')),
    sa.ForeignKeyConstraint(['number_id'], ['sending_number.id'], name=op.f('fk_conversation_number_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_conversation_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_conversation_person_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_conversation_recipient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation')),
    sa.UniqueConstraint('contact_id', name=op.f('uq_conversation_contact_id'))
    )
    op.create_index('ix_conversation_campaign', 'conversation', ['campaign_id', 'person_id'], unique=False)
    op.create_index('ix_conversation_recipient', 'conversation', ['recipient_id'], unique=False)
    op.create_index('ix_conversation_route', 'conversation', ['number_id', 'recipient_id', 'last_sent_at'], unique=False)
    op.create_index('ix_conversation_waiting', 'conversation', ['organization_id', 'person_id', 'waiting_since'], unique=False, postgresql_where=sa.text('waiting_since IS NOT NULL'))
    op.create_table('click_device',
    sa.Column('click_id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=False),
    sa.Column('ip', sa.Text(), nullable=False),
    sa.Column('user_agent', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['click_id'], ['click.id'], name=op.f('fk_click_device_click_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_click_device_organization_id')),
    sa.PrimaryKeyConstraint('click_id', name=op.f('pk_click_device'))
    )
    op.create_table('click_seal',
    sa.Column('click_id', sa.BigInteger(), nullable=False),
    sa.Column('block_id', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['block_id'], ['ledger_block.id'], name=op.f('fk_click_seal_block_id')),
    sa.ForeignKeyConstraint(['click_id'], ['click.id'], name=op.f('fk_click_seal_click_id')),
    sa.PrimaryKeyConstraint('click_id', name=op.f('pk_click_seal')),
    sa.UniqueConstraint('block_id', 'position', name=op.f('uq_click_seal_block_id_position'))
    )
    op.create_table('inbound_text',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger(), nullable=True),
    sa.Column('number_id', sa.Integer(), nullable=False),
    sa.Column('sender', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('media', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('tier', sa.Text(), server_default='none', nullable=False),
    sa.Column('intent', sa.Text(), server_default='', nullable=False),
    sa.Column('verdict_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_inbound_text_conversation_id')),
    sa.ForeignKeyConstraint(['event_id'], ['provider_event.id'], name=op.f('fk_inbound_text_event_id')),
    sa.ForeignKeyConstraint(['number_id'], ['sending_number.id'], name=op.f('fk_inbound_text_number_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_inbound_text_organization_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_inbound_text_recipient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_text')),
    sa.UniqueConstraint('event_id', name=op.f('uq_inbound_text_event_id'))
    )
    op.create_index('ix_inbound_text_conversation', 'inbound_text', ['conversation_id', 'id'], unique=False)
    op.create_index('ix_inbound_text_unrouted', 'inbound_text', ['organization_id', 'id'], unique=False, postgresql_where=sa.text('conversation_id IS NULL'))
    op.create_table('message',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('conversation_id', sa.BigInteger(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger(), nullable=False),
    sa.Column('number_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('click_id', sa.BigInteger(), nullable=True),
    sa.Column('answers_inbound_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), server_default='1', nullable=False),
    sa.Column('script_version_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('encoding', sa.Text(), nullable=False),
    sa.Column('segments', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), server_default='queued', nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('carrier_code', sa.Integer(), nullable=True),
    sa.Column('price', sa.Text(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=True),
    sa.Column('network', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("CASE WHEN kind IN ('first','reply') THEN click_id IS NOT NULL AND answers_inbound_id IS NULL AND conversation_id IS NOT NULL ELSE click_id IS NULL AND answers_inbound_id IS NOT NULL END", name=op.f('ck_message_clicked_or_answers_stop')),
    sa.CheckConstraint("kind IN ('first','reply','stop_confirmation','help')", name=op.f('ck_message_kind')),
    sa.CheckConstraint("state IN ('queued','sending','accepted','submitted','delivered','rejected','undeliverable','no_receipt','unknown','not_sent','blocked','cancelled','expired')", name=op.f('ck_message_state')),
    sa.ForeignKeyConstraint(['answers_inbound_id'], ['inbound_text.id'], name=op.f('fk_message_answers_inbound_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_message_campaign_id')),
    sa.ForeignKeyConstraint(['click_id'], ['click.id'], name=op.f('fk_message_click_id')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_message_contact_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_message_conversation_id')),
    sa.ForeignKeyConstraint(['number_id'], ['sending_number.id'], name=op.f('fk_message_number_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_message_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_message_person_id')),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_message_recipient_id')),
    sa.ForeignKeyConstraint(['script_version_id'], ['script_version.id'], name=op.f('fk_message_script_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('answers_inbound_id', name=op.f('uq_message_answers_inbound_id')),
    sa.UniqueConstraint('click_id', name=op.f('uq_message_click_id'))
    )
    op.create_index('ix_message_campaign', 'message', ['campaign_id', 'state'], unique=False)
    op.create_index('ix_message_conversation', 'message', ['conversation_id', 'id'], unique=False)
    op.create_index('ix_message_recipient', 'message', ['recipient_id', 'id'], unique=False)
    op.create_index('uq_message_first', 'message', ['contact_id', 'round'], unique=True, postgresql_where=sa.text("kind = 'first' AND state NOT IN ('cancelled','expired','blocked','not_sent')"))
    op.create_table('attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('click_id', sa.BigInteger(), nullable=True),
    sa.Column('dispatcher', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('p2p_now()'), nullable=False),
    sa.Column('deadline_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('provider_id', sa.Text(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.CheckConstraint("outcome IS NULL OR outcome IN ('accepted','not_sent','refused','unknown','abandoned')", name=op.f('ck_attempt_outcome')),
    sa.ForeignKeyConstraint(['click_id'], ['click.id'], name=op.f('fk_attempt_click_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_attempt_message_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_attempt_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt')),
    sa.UniqueConstraint('click_id', name=op.f('uq_attempt_click_id'))
    )
    op.create_index('ix_attempt_deadline', 'attempt', ['deadline_at'], unique=False, postgresql_where=sa.text('outcome IS NULL'))
    op.create_index('ix_attempt_message', 'attempt', ['message_id'], unique=False)
    op.create_index('uq_attempt_open', 'attempt', ['message_id'], unique=True, postgresql_where=sa.text('outcome IS NULL'))
    op.create_index('uq_attempt_provider_id', 'attempt', ['provider_id'], unique=True, postgresql_where=sa.text('provider_id IS NOT NULL'))
    op.create_table('outbox',
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('urgency', sa.SmallInteger(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_outbox_message_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_outbox_organization_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_outbox')),
    postgresql_with={'autovacuum_vacuum_scale_factor': '0.01', 'autovacuum_vacuum_threshold': '200'}
    )
    op.create_index('ix_outbox_due', 'outbox', ['urgency', 'due_at'], unique=False)
    op.create_foreign_key(
        "fk_campaign_script_version_id", "campaign", "script_version", ["script_version_id"], ["id"]
    )
    for table in EVIDENCE:
        op.execute(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    op.drop_constraint("fk_campaign_script_version_id", "campaign")
    op.drop_index('ix_outbox_due', table_name='outbox')
    op.drop_table('outbox')
    op.drop_index('uq_attempt_provider_id', table_name='attempt', postgresql_where=sa.text('provider_id IS NOT NULL'))
    op.drop_index('uq_attempt_open', table_name='attempt', postgresql_where=sa.text('outcome IS NULL'))
    op.drop_index('ix_attempt_message', table_name='attempt')
    op.drop_index('ix_attempt_deadline', table_name='attempt', postgresql_where=sa.text('outcome IS NULL'))
    op.drop_table('attempt')
    op.drop_index('uq_message_first', table_name='message', postgresql_where=sa.text("kind = 'first' AND state NOT IN ('cancelled','expired','blocked','not_sent')"))
    op.drop_index('ix_message_recipient', table_name='message')
    op.drop_index('ix_message_conversation', table_name='message')
    op.drop_index('ix_message_campaign', table_name='message')
    op.drop_table('message')
    op.drop_index('ix_inbound_text_unrouted', table_name='inbound_text', postgresql_where=sa.text('conversation_id IS NULL'))
    op.drop_index('ix_inbound_text_conversation', table_name='inbound_text')
    op.drop_table('inbound_text')
    op.drop_table('click_seal')
    op.drop_table('click_device')
    op.drop_index('ix_conversation_waiting', table_name='conversation', postgresql_where=sa.text('waiting_since IS NOT NULL'))
    op.drop_index('ix_conversation_route', table_name='conversation')
    op.drop_index('ix_conversation_recipient', table_name='conversation')
    op.drop_index('ix_conversation_campaign', table_name='conversation')
    op.drop_table('conversation')
    op.drop_index('ix_click_person', table_name='click')
    op.drop_index(op.f('ix_click_contact_id'), table_name='click')
    op.drop_table('click')
    op.drop_index(op.f('ix_suppression_event_recipient_id'), table_name='suppression_event')
    op.drop_table('suppression_event')
    op.drop_index(op.f('ix_refused_row_import_id'), table_name='refused_row')
    op.drop_table('refused_row')
    op.drop_index(op.f('ix_contact_recipient_id'), table_name='contact')
    op.drop_index(op.f('ix_contact_import_id'), table_name='contact')
    op.drop_index('ix_contact_batch', table_name='contact')
    op.drop_table('contact')
    op.drop_table('script_version')
    op.drop_table('recipient')
    op.drop_index('uq_contact_import_running', table_name='contact_import', postgresql_where=sa.text("status IN ('waiting','running')"))
    op.drop_index(op.f('ix_contact_import_campaign_id'), table_name='contact_import')
    op.drop_table('contact_import')
    op.drop_table('campaign_number')
    op.drop_index('uq_batch_in_hand', table_name='batch', postgresql_where=sa.text("state = 'leased'"))
    op.drop_index('ix_batch_open', table_name='batch', postgresql_where=sa.text("state = 'open'"))
    op.drop_index('ix_batch_lease', table_name='batch', postgresql_where=sa.text("state = 'leased'"))
    op.drop_table('batch')
    op.drop_index(op.f('ix_web_session_person_id'), table_name='web_session')
    op.drop_table('web_session')
    op.drop_index(op.f('ix_sending_number_organization_id'), table_name='sending_number')
    op.drop_table('sending_number')
    op.drop_index('ix_provider_event_kept', table_name='provider_event', postgresql_where=sa.text('note IS NOT NULL'))
    op.drop_table('provider_event')
    op.drop_index(op.f('ix_password_reset_person_id'), table_name='password_reset')
    op.drop_table('password_reset')
    op.drop_index(op.f('ix_membership_person_id'), table_name='membership')
    op.drop_table('membership')
    op.drop_table('letter')
    op.drop_index(op.f('ix_join_link_organization_id'), table_name='join_link')
    op.drop_table('join_link')
    op.drop_index(op.f('ix_invitation_organization_id'), table_name='invitation')
    op.drop_table('invitation')
    op.drop_table('campaign')
    op.drop_index(op.f('ix_audit_event_organization_id'), table_name='audit_event')
    op.drop_table('audit_event')
    op.drop_index('uq_person_email', table_name='person')
    op.drop_table('person')
    op.drop_table('pacing_bucket')
    op.drop_table('organization')
    op.drop_table('ledger_block')
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP FUNCTION p2p_now()")
