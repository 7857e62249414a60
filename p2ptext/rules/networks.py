"""Names of the phone companies of the United States, by the code that receipts call them by.

A code is a country's and a network's number together (MCC and MNC, ITU-T E.212). One company has several,
its own and those of companies it has bought.
"""

from p2ptext.rules.pacing import T_MOBILE

_AT_AND_T = (
    "310030 310070 310080 310090 310150 310170 310280 310380 310410 310560 310680 310950 311180 313100"
)
_VERIZON = "310004 310010 310012 310013 310590 310890 310910 311110 311270 311390 311480 311590"
_US_CELLULAR = "311220 311580"
NAMES = {
    **dict.fromkeys(T_MOBILE, "T-Mobile"),
    **dict.fromkeys(_AT_AND_T.split(), "AT&T"),
    **dict.fromkeys(_VERIZON.split(), "Verizon"),
    **dict.fromkeys(_US_CELLULAR.split(), "UScellular"),
}


def name(code: str) -> str:
    """As "AT&T (310410)"; where we know no name, "network 999999"."""
    known = NAMES.get(code)
    return f"{known} ({code})" if known else f"network {code}"
