"""How long the pre-flight takes over a whole list: wordings, languages, follow-ups, canned replies."""

import json
import statistics
import time

from sqlalchemy import text

from p2ptext.audience import preflight
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from scripts.benchmarks import ground as grounds
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.measures import RUNS, Row
from scripts.launcher.processes import Stack

DOCUMENT = {
    "first": [
        "Hi {first_name|there}, this is {volunteer_name} with Bench. Can we count on you? STOP to opt out.",
        "{first_name|Hi}, {volunteer_name} from Bench here, about {city|your town}. STOP to opt out.",
    ],
    "canned": [
        {"title": "Who", "text": "I am {volunteer_name}, a volunteer with Bench."},
        {"title": "Where", "text": "Your town is {city|yours}, {first_name|friend}."},
    ],
    "steps": [
        {
            "key": "s1",
            "question": "Will they?",
            "answers": [
                {
                    "key": "a1",
                    "label": "Yes",
                    "texts": ["Thank you {first_name|so much}."],
                    "next": None,
                },
                {"key": "a2", "label": "No", "texts": ["Thank you for telling us."], "next": None},
            ],
        }
    ],
    "languages": {
        "es": {
            "first": [
                "Hola {first_name|}, soy {volunteer_name} de Bench. ¿Contamos con usted? Responda ALTO.",
                "Hola {first_name|}, le escribe {volunteer_name} de Bench. Responda ALTO para salir.",
            ],
            "canned": [{"title": "Who", "text": "Soy {volunteer_name}, de Bench."}],
        }
    },
}
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")


def over_everybody(stack: Stack, ground: Ground, contacts: int) -> list[Row]:
    """The check of the whole campaign as the check page makes it, median of three."""
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground, "draft")
        grounds.fill(ground, campaign_id, contacts, contacts)
        _vary(campaign_id)
        taken, cpu = [], []
        for _ in range(RUNS):
            began, burnt = time.perf_counter(), time.process_time()
            found, forecast = preflight.look(db.session.get_one(Campaign, campaign_id))
            taken.append(time.perf_counter() - began)
            cpu.append(time.process_time() - burnt)
            db.session.rollback()
    return [
        Row(
            f"pre-flight over {contacts:,} contacts, two wordings in two languages",
            f"{statistics.median(taken):.1f} s",
            "5 s at 100,000",
            f"of it {statistics.median(cpu):.1f} s of the web process's CPU; {len(found.blocks)} blocks, "
            f"{len(found.warnings)} warnings, {forecast.segments[1]:,} segments",
        )
    ]


def _vary(campaign_id: int) -> None:
    """Names and towns of many lengths, four zones, every fifth reads Spanish."""
    db.session.execute(
        text(
            """UPDATE contact SET zones = ARRAY[(CAST(:zones AS text[]))[1 + position % 4]],
                 fields = jsonb_build_object('first_name', left('Maximiliana-Josefina', 2 + position % 18),
                   'city', left('Truth or Consequences', 3 + position % 17))
                   || CASE WHEN position % 5 = 0 THEN '{"language": "Spanish"}'::jsonb ELSE '{}' END
               WHERE campaign_id = :campaign"""
        ),
        {"campaign": campaign_id, "zones": list(ZONES)},
    )
    db.session.execute(
        text(
            """UPDATE contact_import SET column_map = '{"first_name": {"column": 0, "header": "First"},
                 "city": {"column": 1, "header": "City"}, "language": {"column": 2, "header": "Language"}}'
               WHERE campaign_id = :campaign"""
        ),
        {"campaign": campaign_id},
    )
    db.session.execute(
        text(
            """UPDATE script_version SET document = CAST(:document AS jsonb) WHERE campaign_id = :campaign"""
        ),
        {"campaign": campaign_id, "document": json.dumps(DOCUMENT)},
    )
    db.session.commit()
    db.session.execute(text("ANALYZE contact"))
    db.session.commit()
