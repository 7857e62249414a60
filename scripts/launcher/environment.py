"""The settings every process of an installation gets, and the secrets kept for them."""

import json
import secrets
import shlex
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from p2ptext.config import SIMULATOR_API_KEY
from scripts.launcher.children import StartFailed
from scripts.launcher.folders import read_json, write_private
from scripts.launcher.ports import LOOPBACK

ROOT = Path(__file__).resolve().parents[2]
"""The clone this launcher belongs to."""

VONAGE_SETTINGS = (
    "VONAGE_API_KEY",
    "VONAGE_API_SECRET",
    "VONAGE_APPLICATION_ID",
    "VONAGE_PRIVATE_KEY",
    "VONAGE_SIGNATURE_SECRET",
)


def carrier_is_simulated(given: Mapping[str, str]) -> bool:
    """True when no Vonage account is given. Raises StartFailed when half of one is."""
    if given.get("VONAGE_API_KEY", "").strip() == SIMULATOR_API_KEY:
        return True  # the settings of a running sample installation were read into this shell
    present = [name for name in VONAGE_SETTINGS if given.get(name, "").strip()]
    missing = [name for name in VONAGE_SETTINGS if name not in present]
    if present and missing:
        raise StartFailed(
            f"{', '.join(present)} set, but not {', '.join(missing)}. Set them all to text real "
            "people, or none for the simulated carrier."
        )
    return not present


def refuse_lost_secrets(path: Path) -> None:
    """Raise StartFailed where a database is there, but the secrets that belong to it are not."""
    if not path.exists() and (path.parent / "postgres").exists():
        raise StartFailed(
            f"{path} is missing, and without its PHONE_HASH_KEY the opt-outs in the database beside "
            "it could not be recognised. Put back a copy of it, or begin anew with --fresh."
        )


def keep_secrets(path: Path) -> dict[str, str]:
    """Read the installation's secrets, or make them on the first start."""
    kept = read_json(path)
    if kept:
        return kept
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    kept = {
        "SECRET_KEY": secrets.token_hex(32),
        "PHONE_HASH_KEY": secrets.token_hex(32),
        "VONAGE_API_SECRET": secrets.token_urlsafe(16),
        "VONAGE_APPLICATION_ID": str(uuid.uuid4()),
        "VONAGE_PRIVATE_KEY": pem.decode(),
        "VONAGE_SIGNATURE_SECRET": secrets.token_hex(32),
        "SIMULATOR_PUBLIC_KEY": public.decode(),
    }
    write_private(path, json.dumps(kept, indent=1) + "\n")
    return kept


def simulator_settings(kept: Mapping[str, str], *, port: int, carrier_port: int) -> dict[str, str]:
    """The account of the simulated carrier, and what that carrier is told."""
    account = {name: kept[name] for name in VONAGE_SETTINGS if name in kept}
    return account | {
        "VONAGE_API_KEY": SIMULATOR_API_KEY,
        "VONAGE_API_HOST": f"http://{LOOPBACK}:{carrier_port}",
        "SIMULATOR_BIND": f"{LOOPBACK}:{carrier_port}",
        "SIMULATOR_PUBLIC_KEY": kept["SIMULATOR_PUBLIC_KEY"],
        "SIMULATOR_WEBHOOK_URL": f"http://{LOOPBACK}:{port}",
    }


def installation_settings(
    kept: Mapping[str, str],
    given: Mapping[str, str],
    *,
    data_dir: Path,
    database_url: str,
    redis_url: str,
    port: int,
) -> dict[str, str]:
    """The settings of every installation, with a simulated carrier or a real one."""
    host = given.get("BIND", "").rpartition(":")[0] or LOOPBACK
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": given.get("SECRET_KEY", "").strip() or kept["SECRET_KEY"],
        "PHONE_HASH_KEY": given.get("PHONE_HASH_KEY", "").strip() or kept["PHONE_HASH_KEY"],
        "PUBLIC_URL": given.get("PUBLIC_URL", "").strip() or f"http://{LOOPBACK}:{port}",
        "DATA_DIR": str(data_dir),
        "BIND": f"{host}:{port}",
        "P2PTEXT_PYTHON": sys.executable,
    }


def write_shell_file(path: Path, settings: Mapping[str, str]) -> None:
    """The running settings for another terminal: `set -a; . FILE`."""
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items())]
    write_private(path, "# The running installation's settings. Gone when it stops.\n" + "".join(lines))
