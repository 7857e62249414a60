"""What runs in the browser is what was published, and it stays light."""

import gzip
import json
import shutil
from pathlib import Path

from tools.vendor.vendor import HERE, MANIFEST, TARGET, faults

STATIC = TARGET.parent
KILOBYTE = 1000


def test_vendored_files_are_those_of_the_manifest() -> None:
    assert faults() == []


def test_a_changed_a_missing_and_an_added_file_are_each_named(tmp_path: Path) -> None:
    folder = shutil.copytree(TARGET, tmp_path / "vendor")
    (folder / "htmx" / "htmx.min.js").write_text("alert(1)", "utf-8")
    (folder / "atkinson-hyperlegible-next" / "latin.woff2").unlink()
    (folder / "extra.js").touch()
    assert sorted(words.split()[0] for words in faults(folder)) == [
        "atkinson-hyperlegible-next/latin.woff2",
        "extra.js",
        "htmx/htmx.min.js",
    ]


def test_manifest_and_lock_file_name_the_same_versions() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    locked = {
        path.removeprefix("node_modules/"): about["version"]
        for path, about in lock["packages"].items()
        if path
    }
    carried = {entry["package"]: entry["version"] for entry in json.loads(MANIFEST.read_text("utf-8"))}
    assert carried == locked


def test_every_vendored_package_brings_its_licence() -> None:
    folders = {path for path in TARGET.iterdir() if path.is_dir()}
    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE.txt").is_file()] == []


def test_the_style_sheets_of_every_page_stay_under_45_kb() -> None:
    sheets = list((STATIC / "css").glob("*.css"))
    assert sheets
    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets) < 45 * KILOBYTE


def test_all_that_draws_charts_stays_under_40_kb() -> None:
    drawing = [*(STATIC / "js" / "charts").glob("*.mjs"), *(TARGET / "uplot").glob("*.min.*")]
    assert len(drawing) > 2
    assert sum(len(gzip.compress(file.read_bytes())) for file in drawing) < 40 * KILOBYTE
