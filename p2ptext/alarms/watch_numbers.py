"""Watches the numbers: texts that fail, numbers out of use, the day's share, registrations that end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from psycopg.rows import dict_row

from p2ptext.alarms import raising
from p2ptext.alarms.thresholds import Thresholds
from p2ptext.campaigns.numbers import pretty
from p2ptext.campaigns.standing import FAILURES
from p2ptext.extensions import cursor
from p2ptext.rules import alarm_levels
from p2ptext.texting import breakers, lanes, number_failures
from p2ptext.texting.number_failures import Ended


def failures(wanted: Thresholds) -> None:
    """Warn of carriers that turn a number's texts away, and stop a number whose texts fail."""
    still: list[tuple[int, str]] = []
    found = [one for one in number_failures.latest() if wanted.of(one.organization_id, "failures").is_on]
    for number_id, of_number in groupby(found, key=lambda one: one.number_id):
        ended = list(of_number)
        percent = wanted.of(ended[0].organization_id, "failures").threshold
        too_many: dict[str, dict[str, Any]] = {}
        for _, of_sample in groupby(ended, key=lambda one: one.settled):
            sample = list(of_sample)
            failed, texts = tally(sample)
            if not sample[0].out and alarm_levels.must_pause(failed, texts, percent):
                breakers.stop_failing(number_id, failed, texts, sample[0].watched_from)
            for subject, facts in _too_many(sample, percent):
                if subject not in too_many or facts["low"] > too_many[subject]["low"]:
                    too_many[subject] = facts
        for subject, facts in too_many.items():
            raising.open_or_refresh(
                ended[0].organization_id, "failures", subject, alarm_levels.WARNING, facts
            )
            still.append((ended[0].organization_id, subject))
    raising.settle("failures", still)


def tally(ended: Iterable[Ended]) -> tuple[int, int]:
    """How many of them failed for a reason that speaks of the number, and how many there are."""
    failed = texts = 0
    for one in ended:
        texts += one.texts
        if one.failed and alarm_levels.speaks_of_number(one.reason):
            failed += one.texts
    return failed, texts


@dataclass(frozen=True, slots=True)
class Way:
    """How some of a number's texts failed: one carrier's code, or its reason where it gave no code."""

    network: str
    code: int | None
    reason: str | None
    failed: int
    of: int
    """Texts to that carrier, and those whose carrier no receipt has named: receipts name it, and failures have
    theirs sooner. Where none named the carrier of the failures: all texts."""
    unnamed: int
    """Those of them whose carrier no receipt has named; 0 where that of the failures is unknown too."""


def ways(ended: Sequence[Ended]) -> list[Way]:
    """The failures among a number's texts, by carrier and code, the most frequent of a carrier first."""
    total = sum(one.texts for one in ended)
    unnamed = sum(one.texts for one in ended if not one.network)
    found = []
    for network, of_network in groupby(ended, key=lambda one: one.network):
        ones = list(of_network)
        of = sum(one.texts for one in ones) + unnamed if network else total
        alike: dict[int | str | None, list[Ended]] = {}
        for one in ones:
            if one.failed:
                alike.setdefault(one.code or one.reason, []).append(one)
        found += [
            Way(
                network,
                same[0].code,
                same[0].reason,
                sum(one.texts for one in same),
                of,
                unnamed if network else 0,
            )
            for same in alike.values()
        ]
    return found


def _too_many(ended: Sequence[Ended], percent: float) -> Iterable[tuple[str, dict[str, Any]]]:
    """What deserves an alarm, one for each carrier and code, and its subject."""
    for way in ways(ended):
        seen = alarm_levels.above(way.failed, way.of, percent)
        if seen is not None:
            subject = f"number {ended[0].number_id} {way.network or '-'} {way.code or way.reason or '-'}"
            yield (
                subject,
                {
                    "phone": pretty(ended[0].phone),
                    "network": way.network,
                    "code": way.code,
                    "reason": way.reason,
                    "bad": seen.bad,
                    "n": seen.n,
                    "unnamed": way.unnamed,
                    "low": seen.low,
                    "high": seen.high,
                    "percent": percent,
                    "size": round(100 * seen.bad / seen.n),
                },
            )


def out_of_use() -> None:
    """Numbers from which nothing leaves."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            # The audit record grows for ever: it is asked once, when the alarm begins.
            """SELECT n.id, n.organization_id, n.phone, n.out_reason, a.facts AS known, e.detail,
                 (SELECT count(*) FROM conversation t WHERE t.number_id = n.id
                    AND t.organization_id = n.organization_id AND t.waiting_since IS NOT NULL) AS waiting
               FROM sending_number n
               LEFT JOIN alarm a ON a.organization_id = n.organization_id AND a.kind = 'number_out'
                 AND a.subject = 'number ' || n.id AND a.until IS NULL
               LEFT JOIN LATERAL (SELECT detail FROM audit_event
                 WHERE a.id IS NULL AND organization_id = n.organization_id
                   AND target = 'number ' || n.id AND action = 'number_out'
                 ORDER BY organization_id DESC, id DESC LIMIT 1) e ON true
               WHERE n.out_since IS NOT NULL"""
        )
        rows = sql.fetchall()
    for row in rows:
        facts = {
            "phone": pretty(row["phone"]),
            "number": row["id"],
            "because": row["out_reason"],
            "waiting": row["waiting"],
            "size": 1,
        }
        detail, known = row["detail"] or {}, row["known"] or {}
        if row["out_reason"] == FAILURES:
            facts |= {
                "bad": known.get("bad", detail.get("failed", 0)),
                "n": known.get("n", detail.get("of", 0)),
            }
        raising.open_or_refresh(
            row["organization_id"], "number_out", f"number {row['id']}", alarm_levels.DANGER, facts
        )
    raising.settle("number_out", [(row["organization_id"], f"number {row['id']}") for row in rows])


def day_caps(wanted: Thresholds) -> None:
    """Brands that have nearly sent what T-Mobile takes from them in a day."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            f"""SELECT g.organization_id, g.brand, min(g.id) AS registration, min(g.name) AS name,
                  max(d.permits) AS used, min(g.t_mobile_per_day) AS cap
                FROM registration g JOIN pacing_bucket d ON d.name = {lanes.DAY_NAME}
                WHERE g.brand <> '' AND g.state = 'active' GROUP BY 1, 2"""
        )
        rows = sql.fetchall()
    still = []
    for row in rows:
        setting = wanted.of(row["organization_id"], "day_cap")
        level = alarm_levels.used(row["used"] / row["cap"], setting.threshold)
        if level is None or not setting.is_on:
            continue
        facts = {
            "name": row["name"],
            "registration": row["registration"],
            "used": round(row["used"]),
            "cap": row["cap"],
            "size": round(100 * row["used"] / row["cap"]),
        }
        subject = f"brand {row['brand']}"
        raising.open_or_refresh(row["organization_id"], "day_cap", subject, level, facts)
        still.append((row["organization_id"], subject))
    raising.settle("day_cap", still)


def registrations(wanted: Thresholds) -> None:
    """Registrations, and the tokens of political ones, that end soon or have ended, where numbers stand on
    them."""
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            """SELECT g.id, g.organization_id, g.name, what, ends_on,
                 ends_on - (SELECT p2p_now())::date AS days
               FROM registration g CROSS JOIN LATERAL (
                 VALUES ('registration', g.expires_on), ('token', g.verify_expires_on)) AS e (what, ends_on)
               WHERE ends_on IS NOT NULL AND g.state = 'active' AND EXISTS (
                 SELECT 1 FROM sending_number n WHERE n.registration_id = g.id)"""
        )
        rows = sql.fetchall()
    still = []
    for row in rows:
        setting = wanted.of(row["organization_id"], "registration")
        level = alarm_levels.days_left(row["days"], setting.threshold)
        if level is None or not setting.is_on:
            continue
        ends: date = row["ends_on"]
        subject = f"{row['what']} {row['id']}"
        facts = {
            "name": row["name"],
            "what": row["what"],
            "registration": row["id"],
            "ends": ends.isoformat(),
            "days": row["days"],
        }
        raising.open_or_refresh(row["organization_id"], "registration", subject, level, facts)
        still.append((row["organization_id"], subject))
    raising.settle("registration", still)
