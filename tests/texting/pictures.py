"""A campaign whose first text carries a picture, the program served over HTTP, and the simulated carrier that
fetches from it."""

import dataclasses
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from PIL import Image
from sqlalchemy import select

from p2ptext.accounts.models import Organization
from p2ptext.background import transaction
from p2ptext.campaigns import enclosures, writing
from p2ptext.campaigns.enclosure_models import MediaFile
from p2ptext.campaigns.models import SendingNumber
from p2ptext.config import Settings
from p2ptext.extensions import db
from p2ptext.sms.vonage import VonageProvider
from tests.serving import serving
from tests.simulator.rig import Simulator, until
from tests.texting.scene import Scene, scene


def jpeg(width: int = 320, height: int = 200, **options: object) -> bytes:
    """A picture as a camera writes it."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def enclose(
    made: Scene, place: str = "first", content: bytes | None = None, name: str = "sign.jpg"
) -> int:
    """Put a picture at a place of the scene's script; its id. Its numbers can send pictures from then on."""
    for number in db.session.scalars(select(SendingNumber)):
        number.can_mms = True
    with transaction():
        kept = enclosures.keep(
            made.org_id, made.volunteer, io.BytesIO(content or jpeg()), name, "A yard sign in the sun"
        )
        campaign = writing.lock_to_change(made.campaign, made.org_id)
        enclosures.attach(campaign, place, kept, made.volunteer)
        return kept.id


def with_picture(app: Flask, people: int = 3, agent: str = "") -> tuple[Scene, int]:
    """A scene whose first text carries a picture, and the picture's id."""
    made = scene(app, people=people)
    db.session.get_one(Organization, made.org_id).rcs_agent = agent
    return made, enclose(made)


def digest_of(media_id: int) -> str:
    return db.session.get_one(MediaFile, media_id).digest.hex()


@dataclass
class Line:
    """The way to the simulated carrier and back."""

    app: Flask
    carrier: Simulator

    def bring(self, made: Scene, place: int) -> list[int]:
        """Wait until the carrier is done, then pass on its webhooks about this person; the answers."""
        until(self.carrier.quiet)
        answers = []
        for hook in self.carrier.hooks(made.phone(place)):
            headers = {"Authorization": hook.authorization, "Content-Type": "application/json"}
            answer = self.app.test_client().post(hook.path, data=hook.body, headers=headers)
            answers.append(answer.status_code)
            self.carrier.receiver.hooks.remove(hook)
        return answers


@contextmanager
def line_to(app: Flask, carrier: Simulator, settings: Settings, *scenes: Scene) -> Iterator[Line]:
    """Serve the program on a port that its addresses name, and have these scenes text over the carrier."""
    before = app.config["SETTINGS"]
    with serving(app) as url:
        told = dataclasses.replace(
            settings, public_url=url, vonage_api_host=carrier.url, send_timeout_s=2
        )
        app.config["SETTINGS"] = told
        for made in scenes:
            made.carrier = VonageProvider(told)  # type: ignore[assignment]
        try:
            yield Line(app, carrier)
        finally:
            app.config["SETTINGS"] = before
