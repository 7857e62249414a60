"""The table of refused rows: what of a campaign's lists was not imported, and why."""

from p2ptext.exports.columns import Column, Table
from p2ptext.exports.people import MOST_FIELDS
from p2ptext.exports.scoping import Scope
from p2ptext.extensions import cursor

_KEYS = """SELECT f.id FROM contact_import l JOIN refused_row f ON f.import_id = l.id
           WHERE l.organization_id = %(org)s AND l.campaign_id = %(campaign)s AND l.status = 'done'
           ORDER BY f.id"""
_ROWS = """
FROM refused_row f
JOIN contact_import l ON l.id = f.import_id
WHERE f.id = ANY(%(ids)s) AND f.organization_id = %(org)s
"""
COLUMNS = (
    Column("list_id", "number", "The list the row stood in.", "f.import_id"),
    Column("list_name", "text", "What its file was called.", "l.file_name"),
    Column("list_line", "number", "Its line in that file; the header is line 1.", "f.line"),
    Column("code", "text", "What is wrong, as a code.", "f.code"),
    Column("problem", "text", "What is wrong, in words.", "f.words"),
)


def refused_rows(scope: Scope) -> Table:
    """One row a row that was refused, with its cells under their own headers."""
    words = "One row for each row of a list that could not be imported, as it stood there."
    values = {"org": scope.organization_id, "campaign": scope.campaign_id}
    columns = (*COLUMNS, *_cells(scope))
    return Table("refused-rows", words, columns, _KEYS, _ROWS, "f.id", values, False)


def _cells(scope: Scope) -> list[Column]:
    sql = cursor()
    sql.execute(
        """SELECT id, header FROM contact_import
           WHERE organization_id = %s AND campaign_id = %s AND status = 'done' AND refused > 0 ORDER BY id""",
        (scope.organization_id, scope.campaign_id),
    )
    places: dict[str, list[str]] = {}
    for import_id, header in sql.fetchall():
        seen: dict[str, int] = {}
        for place, name in enumerate(header, 1):
            seen[name] = seen.get(name, 0) + 1
            shown = name if seen[name] == 1 else f"{name} ({seen[name]})"
            places.setdefault(shown, []).append(f"WHEN {int(import_id)} THEN f.row[{place}]")
    return [
        Column(f"cell: {name}", "text", f"What stood in the column {name}.", _of_list(cases))
        for name, cases in list(places.items())[:MOST_FIELDS]
    ]


def _of_list(cases: list[str]) -> str:
    return f"CASE f.import_id {' '.join(cases)} END"
