"""A list made of conversations, for another campaign: who they are, what the list said of them, and what
they answered.

It goes the way of every list. It is a file that is checked, a manager sees what would happen and decides,
and only then somebody is in a campaign. Why they may be texted is carried over as it was stated: where
that differs there is one list for each reason, so that nobody stands under another's.
"""

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from psycopg.rows import class_row, dict_row

from p2ptext.audience import importing
from p2ptext.audience.importing import Consent
from p2ptext.audience.models import ContactImport
from p2ptext.background import settings
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import Refused
from p2ptext.extensions import cursor, db
from p2ptext.review import deeds
from p2ptext.review.models import ReviewDeed
from p2ptext.rules.columns import CUSTOM, KNOWN, Columns, choose_columns, slug
from p2ptext.rules.fault import Fault

PIECE = 2_000
"""Contacts read at a time."""
LONGEST_SOURCE = 200
LONGEST_QUESTION = 60
"""Letters of a question that become the name of a column."""
_FIRST = ("first_name", "last_name")


def make(row: ReviewDeed) -> list[ContactImport]:
    """Make the lists, in the open transaction; each waits for its check, as an upload does.

    Raises Refused: launched, archived, name_taken, nobody.
    """
    found = deeds.standing(row)
    if not found.meant:
        raise Refused("nobody", "Nobody is left to put on a list.")
    campaign = _campaign(row)
    columns = _columns(row.organization_id, found.meant)
    with ExitStack() as files:
        sheets = _sheets(row, found.meant, columns, files)
        made = [_receive(row, campaign, columns, sheet) for sheet in sheets.values()]
    row.done, row.left_out, row.place = len(found.meant), found.left_out, len(row.ids)
    row.result = {
        "campaign": campaign.id,
        "lists": [one.id for one in made],
        "dropped": columns.dropped,
    }
    db.session.flush()
    return made


@dataclass(frozen=True, slots=True)
class Made:
    """One list of a follow-up, as its page names it."""

    id: int
    campaign_id: int
    campaign: str
    basis: str
    """Why its people may be texted: a code of list_forms.BASIS_WORDS."""


def made_by(row: ReviewDeed) -> list[Made]:
    """The lists that a deed has made."""
    with cursor().connection.cursor(row_factory=class_row(Made)) as sql:
        sql.execute(
            """SELECT l.id, a.id AS campaign_id, a.name AS campaign, l.consent_basis AS basis
               FROM contact_import l JOIN campaign a ON a.id = l.campaign_id
               WHERE l.id = ANY(%s) AND l.organization_id = %s ORDER BY l.id""",
            (row.result.get("lists", []), row.organization_id),
        )
        return sql.fetchall()


def _campaign(row: ReviewDeed) -> Campaign:
    chosen = row.details["campaign"]
    if chosen != "new":
        campaign = writing.lock_to_change(chosen, row.organization_id)
        if campaign.status != "draft":
            raise Refused("launched", "The campaign was launched meanwhile. Choose another one.")
        return campaign
    made = writing.create(row.organization_id, row.details["name"], row.asked_by)
    if isinstance(made, Fault):
        raise Refused(made.code, made.words)
    return made


@dataclass(frozen=True, slots=True)
class _Wide:
    """The columns of the file, in their order: names that scripts can use."""

    names: list[str]
    questions: dict[tuple[int, str], str]
    """Version of the script and key of the step to its column."""
    labels: dict[tuple[int, str, str], str]
    """The same and the key of the answer to its words."""
    dropped: list[str]
    """What there was no room for."""


def _columns(organization_id: int, ids: Sequence[int]) -> _Wide:
    sql = cursor()
    # Planned anew each time: there may be one of them or fifty thousand.
    sql.execute(
        """SELECT DISTINCT jsonb_object_keys(c.fields) FROM conversation t JOIN contact c ON c.id = t.contact_id
           WHERE t.id = ANY(%s)""",
        (list(ids),),
        prepare=False,
    )
    kept = {name for (name,) in sql.fetchall() if name == slug(name)}
    questions, labels = _asked(organization_id, ids)
    answers = list(dict.fromkeys(questions.values()))
    names = ["phone", *_FIRST]
    names += [name for name in KNOWN if name in kept and name not in _FIRST]
    names += answers
    names += sorted(kept.difference(names))
    room = settings().max_list_columns
    return _Wide(names[:room], questions, labels, names[room:])


def _asked(
    organization_id: int, ids: Sequence[int]
) -> tuple[dict[tuple[int, str], str], dict[tuple[int, str, str], str]]:
    """Columns of the questions that any of them has answered, and the words of the answers."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            """SELECT v.id, v.document -> 'steps' AS steps, given.keys
               FROM (SELECT s.script_version_id, array_agg(DISTINCT s.step_key) AS keys
                     FROM conversation t JOIN survey_answer s ON s.contact_id = t.contact_id AND s.on_path
                     WHERE t.id = ANY(%s) GROUP BY 1) given
               JOIN script_version v ON v.id = given.script_version_id AND v.organization_id = %s
               ORDER BY v.id""",
            (list(ids), organization_id),
            prepare=False,
        )
        versions = sql.fetchall()
    questions, labels = {}, {}
    taken: dict[str, str] = {}
    for version in versions:
        for step in version["steps"] or []:
            if step["key"] in version["keys"]:
                questions[version["id"], step["key"]] = _column_of(step["question"], taken)
            for answer in step["answers"]:
                labels[version["id"], step["key"], answer["key"]] = answer["label"]
    return questions, labels


def _column_of(question: str, taken: dict[str, str]) -> str:
    """A question as the name of a column. `taken` are names and what they stand for: two questions that
    begin alike have two columns."""
    whole = slug(f"answer {question}")
    short = name = slug(whole[:LONGEST_QUESTION])
    place = 1
    while taken.setdefault(name, whole) != whole:
        place += 1
        name = f"{short}_{place}"
    return name


@dataclass
class _Sheet:
    """One file, and why the people in it may be texted."""

    file: BinaryIO
    basis: str
    since: date | None = None
    sources: dict[str, None] = field(default_factory=dict)

    def write(self, cells: Sequence[str]) -> None:
        """Add one line."""
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        self.file.write(line.getvalue().encode())

    def take_consent(self, source: str, since: date | None) -> None:
        """The oldest day counts, and every source is named."""
        self.sources.setdefault(source)
        if since is not None:
            self.since = since if self.since is None else min(self.since, since)

    @property
    def consent(self) -> Consent:
        named = "; ".join(source for source in self.sources if source)
        return Consent(f"Follow-up: {named}"[:LONGEST_SOURCE], self.since, self.basis)


def _sheets(row: ReviewDeed, ids: Sequence[int], columns: _Wide, files: ExitStack) -> dict[str, _Sheet]:
    """One for each reason why people may be texted; they are gone when `files` closes."""
    sheets: dict[str, _Sheet] = {}
    for person in _people(row.organization_id, ids):
        basis = person["consent_basis"]
        if basis not in sheets:
            file = tempfile.TemporaryFile()  # noqa: SIM115 - `files` closes it
            sheets[basis] = _Sheet(files.enter_context(file), basis)
            sheets[basis].write(columns.names)
        sheets[basis].take_consent(person["consent_source"], person["consent_date"])
        cells = _cells(person, columns)
        sheets[basis].write([cells.get(name) or "" for name in columns.names])
    return sheets


def _people(organization_id: int, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), PIECE):
        with cursor().connection.cursor(row_factory=dict_row) as sql:
            sql.execute(
                """SELECT r.phone, c.first_name, c.fields, l.consent_source, l.consent_date, l.consent_basis,
                     (SELECT json_agg(json_build_array(s.script_version_id, s.step_key, s.answer_key))
                      FROM survey_answer s WHERE s.contact_id = c.id AND s.on_path) AS answers
                   FROM unnest(%s::bigint[]) WITH ORDINALITY AS chosen (id, place)
                   JOIN conversation t ON t.id = chosen.id AND t.organization_id = %s
                   JOIN contact c ON c.id = t.contact_id
                   JOIN recipient r ON r.id = t.recipient_id
                   JOIN contact_import l ON l.id = c.import_id
                   WHERE r.phone IS NOT NULL AND r.suppressed_at IS NULL ORDER BY chosen.place""",
                (list(ids[start : start + PIECE]), organization_id),
                prepare=False,
            )
            yield from sql.fetchall()


def _cells(person: dict[str, Any], columns: _Wide) -> dict[str, str]:
    cells = dict(person["fields"]) | {"phone": person["phone"], "first_name": person["first_name"]}
    for version_id, step_key, answer_key in person["answers"] or ():
        name = columns.questions.get((version_id, step_key))
        if name is not None:
            cells[name] = columns.labels.get((version_id, step_key, answer_key), answer_key)
    return cells


def _receive(row: ReviewDeed, campaign: Campaign, columns: _Wide, sheet: _Sheet) -> ContactImport:
    sheet.file.seek(0)
    made = importing.receive_list(campaign, sheet.file, "follow-up.csv", sheet.consent, row.asked_by)
    made.made_from = {"review_deed": row.id, "filter": row.filter, "picked": row.picked}
    chosen = choose_columns(
        columns.names,
        {
            index: name if name == "phone" or name in KNOWN else CUSTOM
            for index, name in enumerate(columns.names)
        },
    )
    if isinstance(chosen, Columns):  # else whoever looks at the list chooses them
        made.column_map, made.columns_chosen = chosen.as_map(columns.names), True
    db.session.flush()
    return made
