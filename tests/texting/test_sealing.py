"""Clicks become blocks: whoever commits late comes into the next, and many sealers make one chain."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select, text

from p2ptext.audience import erasing
from p2ptext.audience.models import Contact
from p2ptext.background import settings, transaction
from p2ptext.extensions import db
from p2ptext.rules import ledger, ledger_lines
from p2ptext.texting import ledger_roots, ledger_verifying, sealing
from p2ptext.texting.evidence_models import Click, LedgerBlock, click_unsealed
from tests.texting.ledger_scene import FORGE, clicks
from tests.texting.scene import scene
from tests.texting.test_races import at_once


@pytest.fixture(autouse=True)
def no_roots(built_app: Flask) -> Iterator[None]:
    """Each test begins with an empty chain, so with no file of roots."""
    for name in ("roots", "roots.sent"):
        (built_app.config["SETTINGS"].data_dir / name).unlink(missing_ok=True)
    yield
    for name in ("roots", "roots.sent"):
        (built_app.config["SETTINGS"].data_dir / name).unlink(missing_ok=True)


def roots_file() -> Path:
    return settings().data_dir / "roots"


def sound() -> bool:
    report = ledger_verifying.verify(roots_file())
    return report.sound and report.blocks_vouched == report.blocks


def kept() -> list[ledger.Block]:
    return [ledger_lines.read(line) for line in roots_file().read_text("ascii").splitlines()]


def blocks() -> list[tuple[int, int]]:
    db.session.rollback()
    rows = db.session.execute(select(LedgerBlock.id, LedgerBlock.clicks).order_by(LedgerBlock.id))
    return [(block, sealed) for block, sealed in rows]


def test_every_column_of_a_click_is_sealed() -> None:
    assert set(ledger.CLICK_FIELDS) == {column.name for column in Click.__table__.columns}


def test_what_waits_is_sealed_once_and_proven(committed_app: Flask) -> None:
    made = clicks(committed_app, 5)
    assert sealing.seal() == 5
    assert sealing.seal() == 0
    assert db.session.execute(select(click_unsealed)).all() == []
    proofs = sealing.proof_of(made)
    assert [proofs[click].position for click in made] == [0, 1, 2, 3, 4]
    assert all(proof.holds and proof.block.id == 1 for proof in proofs.values())
    shown = db.session.execute(text("SELECT id, block_id, block_position FROM qa_click ORDER BY id"))
    assert shown.all() == [(click, 1, place) for place, click in enumerate(made)]


def test_a_click_on_the_screen_is_sealed(committed_app: Flask) -> None:
    made = scene(committed_app)
    assert made.send(made.deck()["cards"][0]).status_code == 202
    assert sealing.seal() == 1
    assert sound()


def test_a_proof_is_of_the_click_as_it_is_now_and_an_unsealed_one_has_none(committed_app: Flask) -> None:
    made = clicks(committed_app, 3)
    sealing.seal()
    waiting = clicks(committed_app, 1)
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE click SET age_ms = 1 WHERE id = :id"), {"id": made[1]})
    proofs = sealing.proof_of(made + waiting)
    assert {click: proof.holds for click, proof in proofs.items()} == {
        made[0]: True,
        made[1]: False,
        made[2]: True,
    }


def test_postgresql_and_python_hash_alike(committed_app: Flask) -> None:
    """The encoding written once more, in SQL: what docs/ledger.md says is what is sealed."""
    clicks(committed_app, 3)
    sealing.seal()

    def field(value: str) -> str:
        return f"int4send(length({value})) || {value}"

    written = {
        "kind": "convert_to(kind, 'UTF8')",
        "shown_at": "timestamptz_send(shown_at)",
        "received_at": "timestamptz_send(received_at)",
        "token_digest": "token_digest",
        "text_commitment": "text_commitment",
        "zone_evidence": "convert_to(zone_evidence, 'UTF8')",
        "checks": "convert_to(checks::text, 'UTF8')",
    }
    row = " || ".join(field(written.get(name, f"int8send({name})")) for name in ledger.CLICK_FIELDS)
    same = text(
        f"SELECT s.leaf = sha256('\\x00'::bytea || {row}) FROM click k JOIN click_seal s ON s.click_id = k.id"
    )
    assert db.session.scalars(same).all() == [True, True, True]


def test_large_backlogs_are_sealed_in_bounded_blocks(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST", 4)
    clicks(committed_app, 11)
    assert sealing.seal() == 11
    assert blocks() == [(1, 4), (2, 4), (3, 3)]
    assert sound()


def test_a_click_that_commits_late_is_sealed_in_the_next_block(committed_app: Flask) -> None:
    """It has a smaller id and an older moment than clicks of a block before."""
    first = clicks(committed_app, 1)
    late = 5
    with db.engine.connect() as slow, slow.begin():
        slow.execute(text(FORGE), {"id": late, "like": first[0]})
        with db.engine.begin() as quick:
            quick.execute(text(FORGE), {"id": late + 1, "like": first[0]})
        assert sealing.seal() == 2
    assert sealing.seal() == 1
    db.session.rollback()
    assert sealing.proof_of([late])[late].block.id == 2
    assert sealing.proof_of([late + 1])[late + 1].block.id == 1
    assert sound()


def test_a_click_that_is_rolled_back_leaves_nothing_to_seal(committed_app: Flask) -> None:
    first = clicks(committed_app, 1)
    with db.engine.connect() as connection:
        connection.execute(text(FORGE), {"id": 50, "like": first[0]})
        connection.rollback()
    assert sealing.seal() == 1
    assert db.session.execute(select(click_unsealed)).all() == []


def test_many_sealers_make_one_chain(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While clicks come in. Who seals how many is chance; that all are sealed once is not."""
    monkeypatch.setattr(sealing, "MOST", 3)
    made = clicks(committed_app, 1)
    db.session.remove()
    total = 1

    def click(number: int) -> int:
        with db.engine.begin() as connection:
            connection.execute(text(FORGE), {"id": number, "like": made[0]})
        return 0

    for round_ in range(30):
        new = [lambda n=1000 + 10 * round_ + place: click(n) for place in range(4)]
        answers = at_once(committed_app, *new, *[sealing.seal] * 4)
        assert all(isinstance(answer, int) for answer in answers), answers
        total += 4
    sealing.seal()
    db.session.rollback()
    assert db.session.scalar(text("SELECT count(*) FROM click_seal")) == total
    assert sound()


def test_a_check_while_clicks_are_sealed_sees_one_moment(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its queries others commit blocks; none of them is half seen."""
    monkeypatch.setattr(sealing, "MOST", 1)
    made = clicks(committed_app, 1)
    sealing.seal()
    walk = ledger_verifying._Chain.check
    number = iter(range(1000, 2000))

    def meanwhile(chain: ledger_verifying._Chain) -> None:
        """Clicks and seals of others, behind the beginning of the walk and before the rest of the check."""
        for _ in range(2):
            with db.engine.begin() as connection:
                connection.execute(text(FORGE), {"id": next(number), "like": made[0]})
            assert sealing.seal() == 1
        walk(chain)

    monkeypatch.setattr(ledger_verifying._Chain, "check", meanwhile)
    for block in (1, 3, 5):
        report = ledger_verifying.verify(roots_file())
        assert (report.findings, report.blocks, report.unsealed) == ([], block, 0)
    assert len(blocks()) == 7


def test_no_second_block_follows_on_the_same_one(committed_app: Flask) -> None:
    """If the lock ever failed, the chain would still not fork."""
    clicks(committed_app, 1)
    sealing.seal()
    with (
        pytest.raises(Exception, match="uq_ledger_block_previous_root"),
        db.engine.begin() as connection,
    ):
        connection.execute(
            text(
                "INSERT INTO ledger_block (id, root, previous_root, clicks, version, merkle_root, first_click,"
                " last_click) SELECT 7, 'other', previous_root, 1, 1, 'x', 1, 1 FROM ledger_block"
            )
        )


KILLED = """
import os, signal, sys
from p2ptext.app import create_app
from p2ptext.texting import ledger_roots, sealing
def dies(*_):
    os.kill(os.getpid(), signal.SIGKILL)
{patch}
with create_app().app_context():
    sealing.seal()
"""
MOMENTS = {
    "between commit and file": "ledger_roots._append = dies",
    # The file ends as a power cut may leave it: with the beginning of a line.
    "in the middle of a line": (
        "ledger_roots.os.fsync = lambda file: (os.ftruncate(file, os.fstat(file).st_size - 100), dies())"
    ),
}


def environment() -> dict[str, str]:
    ours = settings()
    return os.environ | {
        "DATABASE_URL": ours.database_url,
        "REDIS_URL": ours.redis_url,
        "SECRET_KEY": ours.secret_key,
        "PHONE_HASH_KEY": ours.phone_hash_key,
        "PUBLIC_URL": ours.public_url,
        "VONAGE_API_KEY": ours.vonage_api_key,
        "VONAGE_API_SECRET": ours.vonage_api_secret,
        "VONAGE_APPLICATION_ID": ours.vonage_application_id,
        "VONAGE_PRIVATE_KEY": ours.vonage_private_key,
        "VONAGE_SIGNATURE_SECRET": ours.vonage_signature_secret,
        "VONAGE_API_HOST": ours.vonage_api_host,
        "DATA_DIR": str(ours.data_dir),
    }


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sealer_killed_is_completed_by_the_next(committed_app: Flask, moment: str) -> None:
    clicks(committed_app, 2)
    sealing.seal()
    clicks(committed_app, 3)
    program = KILLED.format(patch=MOMENTS[moment])
    ended = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program], env=environment(), check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert blocks() == [(1, 2), (2, 3)]
    assert len(roots_file().read_text().splitlines()) == 1 + (moment == "in the middle of a line")
    assert sealing.seal() == 0
    assert roots_file().read_text().endswith(ledger_lines.write(kept_last()) + "\n")
    assert kept_last().id == 2
    assert sound()


def kept_last() -> ledger.Block:
    return ledger_lines.read(roots_file().read_text().splitlines()[-1])


def test_the_file_is_only_ever_added_to(committed_app: Flask) -> None:
    clicks(committed_app, 1)
    sealing.seal()
    before = roots_file().read_bytes()
    clicks(committed_app, 1)
    sealing.seal()
    assert roots_file().read_bytes().startswith(before)
    assert [block.id for block in kept()] == [1, 2]
    assert roots_file().stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_gone_is_written_anew(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the folder was lost, or moved away on purpose. More of it than one step writes."""
    monkeypatch.setattr(sealing, "MOST", 1)
    monkeypatch.setattr(ledger_roots, "AT_ONCE", 2)
    clicks(committed_app, 5)
    sealing.seal()
    whole = roots_file().read_bytes()
    roots_file().unlink()
    assert sealing.seal() == 0
    assert roots_file().read_bytes() == whole


def test_a_file_that_knows_another_chain_is_left_alone_and_sealing_goes_on(committed_app: Flask) -> None:
    """The database was put back to an older state: the file is the only witness of what is lost."""
    clicks(committed_app, 2)
    sealing.seal()
    whole = roots_file().read_bytes()
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM ledger_block"))
        connection.execute(text("DELETE FROM click_seal"))
        connection.execute(text("INSERT INTO click_unsealed SELECT id FROM click"))
    assert sealing.seal() == 2
    assert roots_file().read_bytes() == whole
    assert not ledger_verifying.verify(roots_file()).sound
    roots_file().rename(roots_file().with_name("roots.before"))
    sealing.seal()
    assert sound()
    roots_file().with_name("roots.before").unlink()


def test_a_folder_that_takes_no_file_does_not_stop_the_seal(committed_app: Flask) -> None:
    roots_file().mkdir()
    try:
        clicks(committed_app, 2)
        assert sealing.seal() == 2
    finally:
        roots_file().rmdir()
    assert sealing.seal() == 0
    assert len(kept()) == 1


class Archive(BaseHTTPRequestHandler):
    """Takes roots, or refuses them, as told."""

    taken: list[str]
    status: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.server.status == 200:  # type: ignore[attr-defined]
            self.server.taken += body.splitlines()  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def archive() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Archive)
    server.taken, server.status = [], 200  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_roots_are_posted_and_what_was_refused_comes_later(
    committed_app: Flask, archive: HTTPServer
) -> None:
    url, folder = f"http://127.0.0.1:{archive.server_port}/roots", settings().data_dir
    clicks(committed_app, 1)
    sealing.seal()
    for status in (500, 302, 404):
        archive.status = status  # type: ignore[attr-defined]
        ledger_roots.keep(folder, url)
    clicks(committed_app, 1)
    sealing.seal()
    archive.status = 200  # type: ignore[attr-defined]
    for _ in range(3):
        ledger_roots.keep(folder, url)
    assert archive.taken == roots_file().read_text().splitlines()  # type: ignore[attr-defined]
    ledger_roots.keep(folder, "http://127.0.0.1:9/nobody")


def test_erasing_a_person_leaves_the_ledger_sound(committed_app: Flask) -> None:
    made = clicks(committed_app, 3)
    sealing.seal()
    click = db.session.get_one(Click, made[1])
    recipient, person = db.session.get_one(Contact, click.contact_id).recipient_id, click.person_id
    db.session.rollback()
    with transaction():
        assert erasing.erase(recipient, "they asked", person)
    assert sound()
    # The erasable side of the click goes as well: the salt, and with it every guess at the text.
    with transaction():
        db.session.execute(text("DELETE FROM click_device WHERE click_id = :id"), {"id": made[1]})
    report = ledger_verifying.verify(roots_file())
    assert report.sound
    assert (report.texts, report.texts_erased) == (2, 1)
    assert any("erased people" in words for words in report.cannot_see())
