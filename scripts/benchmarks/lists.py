"""How long lists take to come in, and what the worker needs for it."""

import csv
import json
import os
import random
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import psutil
import psycopg
from sqlalchemy import select

from p2ptext.audience import importing, jobs
from p2ptext.audience.models import ContactImport
from p2ptext.background import enqueue, transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules.phone import Phone, normalize
from scripts.benchmarks import clicks
from scripts.benchmarks import ground as grounds
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.measures import Row
from scripts.launcher.processes import Stack

RUNS = 3
HEADER = ("First Name", "Last Name", "Cell Phone", "City", "State", "Zip", "VoterID", "Polling Place")
PLACES = (
    ("614", "Columbus", "OH", "43215"),
    ("216", "Cleveland", "OH", "44113"),
    ("412", "Pittsburgh", "PA", "15222"),
    ("312", "Chicago", "IL", "60601"),
    ("713", "Houston", "TX", "77002"),
    ("303", "Denver", "CO", "80202"),
    ("213", "Los Angeles", "CA", "90012"),
    ("206", "Seattle", "WA", "98101"),
)
NAMES = ("Maria", "James", "Aisha", "Robert", "José", "Linda", "Zoë", "Anne-Marie", "DeShawn")
FAMILIES = ("Smith", "Johnson", "Nguyễn", "Williams", "O'Brien", "García")


def people(rows: int) -> Iterator[tuple[str, ...]]:
    """Rows as exports have them: one in a hundred without a usable phone, two with one seen before.

    The same people every time. Their numbers are any valid ones and only reach this computer.
    """
    chance = random.Random(7)  # noqa: S311  # made-up people
    phone = ""
    for at in range(rows):
        area, city, state, zip_code = chance.choice(PLACES)
        odds = chance.random()
        if odds >= 0.02 or not phone:
            phone = f"({area}) {212 + at // 10_000 % 600:03d}-{at % 10_000:04d}"
        cell = chance.choice(("", "n/a", "555-0100", "1234")) if odds < 0.01 else phone
        yield (
            chance.choice(NAMES), chance.choice(FAMILIES), cell, city, state, zip_code, f"V{at}",
            f"School No. {at % 977}",
        )  # fmt: skip


def write_csv(path: Path, rows: int) -> None:
    """A list as a text file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(people(rows))


_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": "<Relationships xmlns="
    '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


def write_workbook(path: Path, rows: int) -> None:
    """A list as an Excel workbook, phones as text."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _PARTS.items():
            book.writestr(name, content)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            for row in (HEADER, *people(rows)):
                cells = "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
                sheet.write(f"<row>{cells}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")


def imports(stack: Stack, ground: Ground, rows: int) -> tuple[list[Row], int]:
    """A text file through the worker, a workbook and a text file through the command.

    Returns the rows of the table and the last campaign that took the whole list.
    """
    folder = stack.engines.data_dir
    text_file, workbook = folder / "bench.csv", folder / "bench.xlsx"
    write_csv(text_file, rows)
    write_workbook(workbook, rows // 10)
    floor = statistics.median(_floor(stack, text_file) for _ in range(RUNS))
    # Each in an organization that knows nobody yet: that is the most work.
    strangers = [grounds.another(ground) for _ in range(3 * RUNS - 1)]
    taken = [_through_the_worker(stack, there, text_file) for there in [*strangers[2 * RUNS :], ground]]
    by_command = [_by_command(stack, there, text_file) for there in strangers[:RUNS]]
    of_workbook = [_by_command(stack, there, workbook) for there in strangers[RUNS : 2 * RUNS]]
    text_file.unlink()
    workbook.unlink()
    ready = statistics.median(one.ready for one in taken)
    checked = statistics.median(one.checked for one in taken)
    command = statistics.median(one["seconds"] for one in by_command)
    book = statistics.median(one["seconds"] for one in of_workbook)
    return [
        Row(
            f"{rows:,}-row CSV, confirmation to batches ready",
            f"{ready:.1f} s",
            "40 s at 1,000,000",
            f"{rows / ready:,.0f} rows/s; parsing and COPY alone take {floor:.1f} s here, a ratio of "
            f"{ready / floor:.1f}; the worker's job grows by {max(one.grown for one in taken):.0f} MB "
            f"over the idle worker, to {max(one.peak for one in taken):.0f} MB",
        ),
        Row(
            "the same list, upload to the page that says what would happen",
            f"{checked:.1f} s",
            "",
            f"{rows / checked:,.0f} rows/s read, cleaned, sorted into zones and counted",
        ),
        Row(
            "the same list by `import-contacts`, file to batches ready",
            f"{command:.1f} s",
            "",
            f"peak {max(one['peak_mb'] for one in by_command):.0f} MB; {command / floor:.1f} times "
            "parsing and COPY alone",
        ),
        Row(
            f"{rows // 10:,}-row XLSX by `import-contacts`, file to batches ready",
            f"{book:.1f} s",
            "6 s at 100,000",
            f"peak {max(one['peak_mb'] for one in of_workbook):.0f} MB",
        ),
    ], taken[-1].campaign_id


def beside_clicks(stack: Stack, ground: Ground, rows: int, seconds: int) -> list[Row]:
    """Clicks in one campaign alone, and while another one's list comes in after its check."""
    path = stack.engines.data_dir / "bench.csv"
    write_csv(path, rows)
    there = grounds.another(ground)
    with there.app.app_context():
        import_id = _upload(there, grounds.campaign(there, "draft"), path)
        _await(import_id, "checked", psutil.Process(stack.children["worker"].pid))
    path.unlink()

    def start() -> None:
        with there.app.app_context():
            _confirm(there, import_id)

    per_second = 20
    alone = clicks.clicks(stack, ground, 10_000, per_second, seconds)
    words = f"while a list of {rows:,} rows comes in"
    meanwhile = clicks.clicks(stack, ground, 10_000, per_second, seconds, (words, start))
    with there.app.app_context():
        _await(import_id, "done", psutil.Process(stack.children["worker"].pid))
    return [*alone, *meanwhile]


def _upload(ground: Ground, campaign_id: int, path: Path) -> int:
    with path.open("rb") as file, transaction():
        campaign = db.session.get_one(Campaign, campaign_id)
        consent = importing.Consent("bench", None, "member")
        row = importing.receive_list(campaign, file, "bench.csv", consent, ground.owner_id)
        enqueue(jobs.check_list, row.id)
        return row.id


def _confirm(ground: Ground, import_id: int) -> None:
    with transaction():
        importing.confirm(import_id, ground.org_id, ground.owner_id)
        enqueue(jobs.import_contacts, import_id)


def _floor(stack: Stack, path: Path) -> float:
    """Seconds to parse the file, read its phones and COPY the rows: nothing is faster than that."""
    began = time.perf_counter()
    with psycopg.connect(stack.settings["DATABASE_URL"]) as connection, path.open(newline="") as file:
        sql = connection.cursor()
        sql.execute("CREATE TEMPORARY TABLE bare (phone text, fields jsonb)")
        reader = csv.reader(file)
        next(reader)
        with sql.copy("COPY bare FROM STDIN") as copy:
            for row in reader:
                phone = normalize(row[2])
                if isinstance(phone, Phone):
                    copy.write_row((phone.e164, json.dumps(dict(zip(HEADER, row, strict=True)))))
    return time.perf_counter() - began


@dataclass(frozen=True)
class Taken:
    """One list through the worker: seconds to its check and from its confirmation, and memory in MB."""

    campaign_id: int
    checked: float
    ready: float
    grown: float
    peak: float


def _through_the_worker(stack: Stack, ground: Ground, path: Path) -> Taken:
    worker = psutil.Process(stack.children["worker"].pid)
    idle = _largest_mb(worker)
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground, "draft")
        began = time.perf_counter()
        import_id = _upload(ground, campaign_id, path)
        peak = _await(import_id, "checked", worker)
        checked = time.perf_counter() - began
        began = time.perf_counter()
        _confirm(ground, import_id)
        peak = max(peak, _await(import_id, "done", worker))
        ready = time.perf_counter() - began
    return Taken(campaign_id, checked, ready, peak - idle, peak)


def _await(import_id: int, status: str, worker: psutil.Process) -> float:
    """Wait until the list is so far; returns the worker's largest size meanwhile."""
    peak = 0.0
    while True:
        db.session.rollback()
        now = db.session.execute(
            select(ContactImport.status, ContactImport.fault).where(ContactImport.id == import_id)
        ).one()
        if now.status == status:
            return peak
        if now.status in ("refused", "cancelled"):
            raise RuntimeError(f"the list is {now.status}: {now.fault}")
        peak = max(peak, _largest_mb(worker))
        time.sleep(0.05)


def _by_command(stack: Stack, ground: Ground, path: Path) -> dict[str, float]:
    with ground.app.app_context():
        campaign_id = grounds.campaign(ground, "draft")
    done = subprocess.run(  # our own interpreter and command
        [sys.executable, "-m", "flask", "--app", "wsgi", "import-contacts", "--campaign",
         str(campaign_id), "--consent", "bench", "--json", str(path)],
        env={**os.environ, **stack.settings},
        check=True,
        capture_output=True,
        text=True,
    )  # fmt: skip
    outcome: dict[str, float] = json.loads(done.stdout)
    return outcome


def _largest_mb(process: psutil.Process) -> float:
    """The largest single process of the tree, in MB: forked children share their parent's pages."""
    sizes = [process.memory_info().rss]
    for child in process.children(recursive=True):
        try:
            sizes.append(child.memory_info().rss)
        except psutil.Error:
            continue
    return float(max(sizes)) / 2**20
