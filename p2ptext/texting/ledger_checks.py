"""What is checked beside the chain: clicks without seal, texts and their clicks, and the guards."""

from typing import Any

from psycopg import Connection

from p2ptext.texting.clicking import SALT_BYTES
from p2ptext.texting.ledger_findings import Finding, Report

# A click is sealed and leaves the line in one transaction; so these states have one explanation each.
LINE = """
SELECT k.id, u.click_id IS NOT NULL, s.click_id IS NOT NULL,
  CASE WHEN isfinite(k.received_at)
    THEN extract(epoch FROM (SELECT p2p_now()) - k.received_at)::float8 ELSE 0 END
FROM click k
LEFT JOIN click_seal s ON s.click_id = k.id
LEFT JOIN (SELECT DISTINCT click_id FROM click_unsealed) u ON u.click_id = k.id
WHERE s.click_id IS NULL OR u.click_id IS NOT NULL
ORDER BY k.id
"""

GONE_FROM_LINE = """
SELECT DISTINCT u.click_id FROM click_unsealed u LEFT JOIN click k ON k.id = u.click_id
WHERE k.id IS NULL ORDER BY u.click_id
"""

TEXTS = f"""
SELECT m.id, m.click_id,
  CASE WHEN k.id IS NULL THEN 'text_without_click'
       WHEN (k.organization_id, k.contact_id, k.kind) IS DISTINCT FROM
            (m.organization_id, m.contact_id, m.kind) THEN 'text_of_another_click'
       WHEN d.salt IS NULL THEN CASE WHEN EXISTS (
         SELECT 1 FROM erasure e WHERE e.recipient_id = m.recipient_id) THEN 'erased' ELSE 'salt_missing' END
       WHEN octet_length(d.salt) <> {SALT_BYTES}
         OR sha256(d.salt || convert_to(m.text, 'UTF8')) IS DISTINCT FROM k.text_commitment
         THEN 'text_changed'
       ELSE '' END AS wrong
FROM message m
LEFT JOIN click k ON k.id = m.click_id
LEFT JOIN click_device d ON d.click_id = m.click_id
WHERE m.kind IN ('first','reply')
"""

TEXT_WORDS = {
    "text_without_click": "Text {text} has no click: click {click} was deleted, or nobody made it.",
    "text_of_another_click": "Text {text} is for another person or of another kind than click {click}.",
    "salt_missing": "Text {text} cannot be held against click {click}: its salt is gone without an erasure.",
    "text_changed": "Text {text} is not what click {click} asked for: it, or the salt, was changed.",
}

RESENT = """
SELECT t.message_id, t.click_id FROM attempt t JOIN message m ON m.id = t.message_id
LEFT JOIN click k ON k.id = t.click_id AND k.contact_id = m.contact_id AND k.kind = 'resend'
WHERE t.click_id IS NOT NULL AND k.id IS NULL ORDER BY t.message_id
"""

GUARDS = """
SELECT wanted.relation, wanted.name FROM unnest(%s::text[], %s::text[]) AS wanted (relation, name)
LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(wanted.relation) AND t.tgname = wanted.name
  AND t.tgenabled IN ('O', 'A')
WHERE t.oid IS NULL
"""
EVIDENCE = ("click", "click_seal", "ledger_block")
GUARD_NAMES = [
    *((table, f"{table}_is_{what}") for table in EVIDENCE for what in ("append_only", "never_emptied")),
    ("click", "click_stands_in_line"),
]


def check(driver: Connection[Any], report: Report) -> None:
    """Look at everything that is not a link of the chain; adds to `report`."""
    _check_line(driver, report)
    _check_texts(driver, report)
    _check_guards(driver, report)


def _check_line(driver: Connection[Any], report: Report) -> None:
    with driver.cursor(name="line") as waiting:
        waiting.execute(LINE)
        for click_id, waits, sealed, age_s in waiting:
            if sealed:
                words = f"Click {click_id} still waits for its seal, yet has one: the sealer did not make it."
                report.add(Finding("seal_forged", words, clicks=(click_id,)))
                continue
            report.unsealed += 1
            report.oldest_unsealed_s = max(report.oldest_unsealed_s, age_s)
            if not waits:
                words = (
                    f"Click {click_id} has no seal and does not wait for one: its seal was taken away,"
                )
                words += " or it was put in by hand."
                report.add(Finding("click_without_seal", words, clicks=(click_id,)))
    with driver.cursor() as sql:
        for (click_id,) in sql.execute(GONE_FROM_LINE):
            words = f"Click {click_id} was deleted before it was sealed."
            report.add(Finding("click_deleted", words, clicks=(click_id,)))


def _check_texts(driver: Connection[Any], report: Report) -> None:
    with driver.cursor() as sql:
        sql.execute(
            f"""SELECT count(*) FILTER (WHERE wrong <> 'erased'), count(*) FILTER (WHERE wrong = 'erased')
                FROM ({TEXTS}) AS texts"""
        )
        report.texts, report.texts_erased = sql.fetchone() or (0, 0)
    with driver.cursor(name="texts") as wrong_ones:
        wrong_ones.execute(
            f"SELECT * FROM ({TEXTS}) AS texts WHERE wrong NOT IN ('', 'erased') ORDER BY id"
        )
        for text, click, wrong in wrong_ones:
            words = TEXT_WORDS[wrong].format(text=text, click=click)
            report.add(Finding(wrong, words, clicks=(click,) if click else (), messages=(text,)))
    with driver.cursor(name="resent") as resent:
        for text, click in resent.execute(RESENT):
            words = f"Text {text} was sent once more, and click {click} did not ask for that."
            report.add(Finding("resent_without_click", words, clicks=(click,), messages=(text,)))


def _check_guards(driver: Connection[Any], report: Report) -> None:
    tables, names = zip(*GUARD_NAMES, strict=True)
    with driver.cursor() as sql:
        for table, name in sql.execute(GUARDS, (list(tables), list(names))):
            words = f"The table {table} is not guarded: its trigger {name} is missing or switched off."
            report.add(Finding("guard_off", words))
