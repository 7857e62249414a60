"""What stands against a launch, and what a manager should know before it.

Everything is answered by statements over all contacts, so that it takes the same few seconds for a
million rows, and every finding names where it is put right. The rooms: preflight_list (who),
preflight_lint and preflight_texts (what is said), preflight_numbers (from where), preflight_time (when).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from p2ptext.audience import (
    lint_facts,
    overriding,
    preflight_languages,
    preflight_lint,
    preflight_list,
    preflight_media,
    preflight_numbers,
    preflight_texts,
    preflight_time,
    survey_checks,
)
from p2ptext.audience.columns import columns_of, known_fields
from p2ptext.audience.findings import MOST_SEGMENTS, Finding, Preflight
from p2ptext.audience.longest import People
from p2ptext.audience.preflight_lint import Place
from p2ptext.audience.preflight_numbers import Chosen
from p2ptext.audience.preflight_time import Forecast
from p2ptext.campaigns import linking, writing
from p2ptext.campaigns.models import Campaign, ScriptVersion
from p2ptext.extensions import db
from p2ptext.rules import prices, script, tree
from p2ptext.rules.enclosure import media_at

__all__ = [
    "MOST_SEGMENTS",
    "Finding",
    "Preflight",
    "against",
    "check",
    "check_texts",
    "wording_blocks",
    "wordings_blocks",
    "words_of",
]


def check(campaign: Campaign, first: Sequence[str] | None = None) -> Preflight:
    """Look at a campaign as it is, or as it would be with `first` as the wordings of its first "
    "message."""
    return look(campaign, first)[0]


def against(campaign: Campaign, document: Mapping[str, Any]) -> list[Finding]:
    """What stands against a running campaign with this whole script, and not as well with its present one.

    Asked before anything replaces the script of a campaign that is texted from: a card that cannot be
    rendered, or whose text must not leave, would reach volunteers at once. The campaign is locked by this
    transaction.
    """
    found = _look(campaign, document)[0].blocks
    before = check(campaign).blocks if found else []
    return [one for one in found if not any(_stood(one, other) for other in before)]


def _stood(one: Finding, before: Finding) -> bool:
    """Whether a finding is of what an earlier one is of, or of a part of it."""
    if (one.code, one.fix) != (before.code, before.fix):
        return False
    if one.about or before.about:
        return bool(one.about) and one.about in before.about
    return one.words == before.words and set(one.samples) <= set(before.samples)


def look(campaign: Campaign, first: Sequence[str] | None = None) -> tuple[Preflight, Forecast]:
    """The same, with what the campaign would take."""
    document = writing.document_of(campaign)
    return _look(campaign, document if first is None else {**document, "first": first})


def _look(campaign: Campaign, script_: Mapping[str, Any]) -> tuple[Preflight, Forecast]:
    document = _document(campaign, script_)
    contacts = preflight_list.count(campaign.id)
    chosen = preflight_numbers.chosen_of(campaign)
    places = preflight_time.places_of(campaign.id)
    measured = preflight_texts.first_texts(campaign, document)
    blocks = preflight_list.blocks(campaign, contacts) + preflight_numbers.blocks(chosen)
    warnings = preflight_list.warnings(campaign) + preflight_numbers.warnings(chosen)
    timed = preflight_time.check(campaign, places)
    forecast = _forecast(campaign, chosen, places, document, measured.segments)
    judged = preflight_time.judge(campaign, forecast)
    said = _said(campaign, document)
    blocks += timed[0] + judged[0] + said[0] + measured.findings
    warnings += timed[1] + judged[1] + said[1]
    warnings += preflight_texts.wide(campaign, document, measured.segments) + _not_read_by_two(campaign)
    warnings += preflight_languages.warnings(campaign, document)
    warnings += preflight_time.election_over(campaign)
    blocks += preflight_texts.later_rounds(campaign, document) + preflight_media.findings(
        campaign, document
    )
    for one in preflight_texts.follow_ups(campaign, document):
        (blocks if one.code == "too_long" else warnings).append(one)
    still, allowed = overriding.sort_out(campaign.id, blocks)
    found = Preflight(still, warnings, contacts, measured.longest, allowed, measured.segments)
    return found, forecast


def _forecast(
    campaign: Campaign,
    chosen: Chosen,
    places: Mapping[str, int],
    document: Mapping[str, Any],
    segments: tuple[int, int],
) -> Forecast:
    """A picture message is one, however long its words are, and has a price of its own."""
    if media_at(document, "first") is None:
        return preflight_time.forecast(campaign, chosen, places, segments)
    texts = sum(places.values())
    return preflight_time.forecast(campaign, chosen, places, (texts, texts), prices.pictures_usd)


def _document(campaign: Campaign, script_: Mapping[str, Any]) -> dict[str, Any]:
    """A script as people get it: with its links, without wordings in which nothing is written."""
    document = {**script_, "first": [text for text in script_["first"] if text]}
    return dict(linking.links_of(campaign.id).put_in_all(document))


def check_texts(campaign: Campaign, texts: Sequence[str], people: People) -> Preflight:
    """Look at the wordings of a later pass for these people; what else the campaign needs is not
    looked at."""
    texts = linking.links_of(campaign.id).put_in_all(texts)
    measured = preflight_texts.against(campaign, texts, people)
    lint_blocks, warnings = preflight_lint.look(
        (Place(text, "", "message", "round") for text in texts), lint_facts.facts_of(campaign)
    )
    blocks = _script_faults(campaign.id, texts) + lint_blocks + measured.findings
    still, allowed = overriding.sort_out(campaign.id, blocks)
    warnings += preflight_texts.wide(campaign, {"first": texts}, measured.segments)
    return Preflight(still, warnings, 0, measured.longest, allowed, measured.segments)


def words_of(campaign: Campaign) -> list[Finding]:
    """What blocks about the words of the whole script alone, let stand or not: no row is looked at."""
    return _said(campaign, _document(campaign, writing.document_of(campaign)))[0]


def _said(campaign: Campaign, document: Mapping[str, Any]) -> tuple[list[Finding], list[Finding]]:
    """What blocks about the words of a script, and what only warns."""
    if not document["first"]:
        return [Finding("no_script", "There is no first message yet.", "message")], []
    blocks, warnings = preflight_lint.look(
        preflight_lint.places(document), lint_facts.facts_of(campaign)
    )
    blocks = (
        _script_faults(campaign.id, document["first"]) + _of_other_texts(campaign.id, document) + blocks
    )
    for fault in survey_checks.check(campaign, tree.read(document.get("steps", ()))):
        (warnings if fault.warns else blocks).append(Finding(fault.code, fault.words, "questions"))
    return blocks, warnings


def _of_other_texts(campaign_id: int, document: Mapping[str, Any]) -> list[Finding]:
    """Faults in the fields of canned replies and of other languages; survey_checks looks at the "
    "questions."""
    found = []
    for place in preflight_lint.places(document):
        if place.fix in ("canned", "languages"):
            found += [
                replace(one, words=f"{place.name}: {one.words}", fix=place.fix)
                for one in _script_faults(campaign_id, [place.text])
            ]
    return found


def _script_faults(campaign_id: int, texts: Sequence[str]) -> list[Finding]:
    """Faults in the fields of these texts, each once."""
    columns = columns_of(campaign_id)
    found = {
        fault.words: Finding(fault.code, fault.words, "message")
        for text in texts
        for fault in script.check(text, known_fields(text, columns))
    }
    return list(found.values())


def wording_blocks(campaign_id: int, template: str) -> list[Finding]:
    """What stands against a first message by its words alone: no row of the list is looked at."""
    return wordings_blocks(campaign_id, [template])


def wordings_blocks(campaign_id: int, texts: Sequence[str]) -> list[Finding]:
    """As wording_blocks for each of them, every finding once; without what an owner let stand."""
    texts = linking.links_of(campaign_id).put_in_all(texts)
    facts = lint_facts.facts_of(db.session.get_one(Campaign, campaign_id))
    blocks, _ = preflight_lint.look((Place(text, "", "message", "first") for text in texts), facts)
    return overriding.sort_out(campaign_id, _script_faults(campaign_id, texts) + blocks)[0]


def _not_read_by_two(campaign: Campaign) -> list[Finding]:
    """Whether only one person has worked on the script, and no other one approved it as it is."""
    if campaign.script_version_id is None or (
        campaign.approved_by is not None and campaign.approved_version_id == campaign.script_version_id
    ):
        return []
    writers = select(func.count(ScriptVersion.created_by.distinct())).where(
        ScriptVersion.campaign_id == campaign.id
    )
    if (db.session.scalar(writers) or 0) > 1:
        return []
    words = "Only one person has worked on this script. Let somebody else read it before it goes out."
    return [Finding("not_proofread", words, "answers")]
