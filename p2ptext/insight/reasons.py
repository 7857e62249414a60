"""Why a text did not reach somebody, in words for those who have no cards to wait for."""

from p2ptext.review import words

# Every other reason reads as it does elsewhere.
_WHY = {
    "": "No reason was given",
    "opted_out": "They had opted out",
    "erased": "Their data was erased",
    "replied": "They answered before the text left",
    "missing_value": "The list lacked a value that the message needs",
    "invalid_number": "The number does not work",
    "filtered": "The phone company's filter stopped it",
    "unreachable_temporary": "Their phone could not be reached",
}


def why(code: str) -> str:
    """As it reads after a colon: "the number does not work"."""
    told = _WHY.get(code) or words.reason(code).partition(".")[0]
    return told[:1].lower() + told[1:]
