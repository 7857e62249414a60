"""Gaps that other tools and documents leave for a name, in a script that is brought in: "[First Name]",
"<<your name>>", "{{FirstName}}", "*|FNAME|*". Those that are known become fields; the others are said."""

import re

from p2ptext.rules.script import field_key

_FIRST, _LAST, _VOLUNTEER = "first_name", "last_name", "volunteer_name"
_NAMES = {
    **dict.fromkeys(
        ("firstname", "fname", "voterfirstname", "votername", "contactfirstname", "contactname",
         "recipientname", "recipientfirstname", "theirname", "theirfirstname", "supportername"),
        _FIRST,
    ),
    **dict.fromkeys(("lastname", "lname", "surname", "voterlastname", "contactlastname"), _LAST),
    **dict.fromkeys(
        ("yourname", "yourfirstname", "myname", "myfirstname", "volunteer", "volunteername",
         "volunteerfirstname", "texter", "textername", "texterfirstname", "sendername",
         "senderfirstname", "agentname"),
        _VOLUNTEER,
    ),
}  # fmt: skip
_GAP = re.compile(
    r"\[\s*(?P<square>[^\W\d][^\[\]\n:/]{1,38}?)\s*\]"
    r"|<<?\s*(?P<angle>[A-Za-z][A-Za-z0-9 _-]{1,30}?)\s*>>?"
    r"|\{\{\s*(?P<double>[A-Za-z][A-Za-z0-9 ._-]{0,30}?)\s*\}\}"
    r"|\{\s*(?P<single>[A-Za-z][A-Za-z0-9 _-]{0,30}?)\s*\}"
    r"|%%?(?P<percent>[A-Za-z_]{3,30})%%?"
    r"|\*\|(?P<stars>[A-Za-z_]{2,30})\|\*"
)


def filled(text: str) -> tuple[str, list[str]]:
    """`text` with fields in place of the gaps whose name is known, and in words what became of each gap,
    once.

    A first name gets "there" to stand in for it; a gap of unknown meaning stays and is named.
    """
    told: dict[str, None] = {}

    def field(match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        name = _NAMES.get(field_key(match[kind]))
        if name is None:
            if kind in ("square", "angle"):
                told[f"“{match[0]}” is a gap. Fill it in before the launch."] = None
            return match[0]
        if match[0] == f"{{{name}}}":
            return match[0]
        ours = f"{{{name}|there}}" if name == _FIRST and kind != "single" else f"{{{name}}}"
        told[f"“{match[0]}” became {ours}."] = None
        return ours

    return _GAP.sub(field, text), list(told)
