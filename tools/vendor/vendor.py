"""Copies the browser files we carry from npm's packages into p2ptext/static/vendor.

    cd tools/vendor && npm ci --ignore-scripts && python3 vendor.py     copies and writes the manifest
    python3 tools/vendor/vendor.py --check                              compares files with manifest

The manifest names each file's package, version, licence and sha384, so that anybody can see what
runs in the browser and that it is what was published. The check needs no npm.
"""

import argparse
import base64
import hashlib
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "p2ptext" / "static" / "vendor"
MANIFEST = TARGET / "manifest.json"

FONT = "@fontsource-variable/atkinson-hyperlegible-next"
FONT_FILES = f"{FONT}/files/atkinson-hyperlegible-next"

# Our name for the file, the package, the file in it.
FILES = [
    ("atkinson-hyperlegible-next/latin.woff2", FONT, f"{FONT_FILES}-latin-wght-normal.woff2"),
    ("atkinson-hyperlegible-next/latin-ext.woff2", FONT, f"{FONT_FILES}-latin-ext-wght-normal.woff2"),
    ("atkinson-hyperlegible-next/LICENSE.txt", FONT, f"{FONT}/LICENSE"),
    ("htmx/htmx.min.js", "htmx.org", "htmx.org/dist/htmx.min.js"),
    ("htmx/LICENSE.txt", "htmx.org", "htmx.org/LICENSE"),
    ("uplot/uPlot.iife.min.js", "uplot", "uplot/dist/uPlot.iife.min.js"),
    ("uplot/uPlot.min.css", "uplot", "uplot/dist/uPlot.min.css"),
    ("uplot/LICENSE.txt", "uplot", "uplot/LICENSE"),
]


def sha384(path: Path) -> str:
    """The digest as browsers write it for subresource integrity."""
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode("ascii")


def copy() -> None:
    """Copy every file and write the manifest."""
    entries = []
    for name, package, source in FILES:
        about = json.loads((HERE / "node_modules" / package / "package.json").read_text("utf-8"))
        target = TARGET / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "node_modules" / source, target)
        entries.append(
            {
                "file": name,
                "package": package,
                "version": about["version"],
                "licence": about["license"],
                "sha384": sha384(target),
            }
        )
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")


def faults(folder: Path = TARGET) -> list[str]:
    """What differs between the folder and its manifest, one sentence each; empty when all is well."""
    entries = {
        entry["file"]: entry for entry in json.loads((folder / "manifest.json").read_text("utf-8"))
    }
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    found = [f"{name} is not in the manifest." for name in sorted(present - entries.keys())]
    for name, entry in entries.items():
        if name not in present:
            found.append(f"{name} is missing.")
        elif sha384(folder / name) != entry["sha384"]:
            found.append(f"{name} is not the file that {entry['package']} {entry['version']} published.")
    return found


def main() -> int:
    """Copy, or with --check compare; 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare files with the manifest")
    if not parser.parse_args().check:
        copy()
    found = faults()
    for words in found:
        print(words, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
