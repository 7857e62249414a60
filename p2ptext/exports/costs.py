"""What texts cost, row by row: the sums of a file are those of the pages about money."""

from psycopg.types.json import Jsonb

from p2ptext.exports.columns import Column
from p2ptext.rules.networks import NAMES


def network_names() -> Jsonb:
    """Names of phone companies by their codes, for the columns below as %(networks)s."""
    return Jsonb(NAMES)


def columns(row: str) -> tuple[Column, ...]:
    """What the carrier said of a row of `message`, or of one with its columns: code, network and money."""
    # As the database counts charges (charges_of in migration 0021), or sums here and there would differ.
    cost = f"""CASE WHEN {row}.price ~ '^[0-9]{{1,6}}([.][0-9]{{1,12}})?$' THEN
      {row}.price::numeric * CASE WHEN {row}.channel = 'sms' THEN {row}.segments ELSE 1 END END"""
    return (
        Column(
            "carrier_code", "number", "The phone company's own code for that.", f"{row}.carrier_code"
        ),
        Column("network", "text", "Their phone company, by its code in receipts.", f"{row}.network"),
        Column(
            "network_name",
            "text",
            "Its name, where we know one.",
            f"%(networks)s ->> {row}.network",
        ),
        Column(
            "segments",
            "number",
            "How many parts the text has. The carrier charges for each; a picture or RCS message is one.",
            f"{row}.segments",
        ),
        Column(
            "cost",
            "amount",
            "What this text cost: the price of a part, times its parts. Empty while the carrier has said "
            "no price.",
            cost,
        ),
        Column(
            "price_per_segment",
            "text",
            "The price of one part, as the carrier says it. Do not add these up: that is what cost is for.",
            f"{row}.price",
        ),
        Column("currency", "text", "In which currency.", f"{row}.currency"),
    )
