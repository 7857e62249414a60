"""Which states a contact may be in, so that the hours of each of them can be kept."""

from collections.abc import Sequence

from p2ptext.rules import places
from p2ptext.rules.states import MILITARY, state_code
from p2ptext.rules.zip_codes import ZipCode, provinces_of, read_zip

# The number plan in `phonenumbers` 9.0.43, and the overlays assigned since.
_AREA_CODES = {
    "AK": "907",
    "AL": "205 251 256 334 659 938",
    "AR": "327 479 501 870",
    "AS": "684",
    "AZ": "480 520 602 623 928",
    "CA": "209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 "
    "707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951",
    "CO": "303 719 720 748 970 983",
    "CT": "203 475 860 959",
    "DC": "202 771",
    "DE": "302",
    "FL": "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954",
    "GA": "229 404 470 478 678 706 762 770 912 943",
    "GU": "671",
    "HI": "808",
    "IA": "319 515 563 641 712",
    "ID": "208 986",
    "IL": "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872",
    "IN": "219 260 317 463 574 765 812 930",
    "KS": "316 620 785 913",
    "KY": "270 364 502 606 859",
    "LA": "225 318 337 504 985",
    "MA": "339 351 413 508 617 774 781 857 978",
    "MD": "227 240 301 410 443 667",
    "ME": "207",
    "MI": "231 248 269 313 517 586 616 734 810 906 947 989",
    "MN": "218 320 507 612 651 763 952",
    "MO": "235 314 417 557 573 636 660 816 975",
    "MP": "670",
    "MS": "228 601 662 769",
    "MT": "406",
    "NC": "252 336 472 704 743 828 910 919 980 984",
    "ND": "701",
    "NE": "308 402 531",
    "NH": "603",
    "NJ": "201 551 609 640 732 848 856 862 908 973",
    "NM": "505 575",
    "NV": "702 725 775",
    "NY": "212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934",
    "OH": "216 220 234 283 326 330 380 419 440 513 567 614 740 937",
    "OK": "405 539 572 580 918",
    "OR": "458 503 541 971",
    "PA": "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878",
    "PR": "787 939",
    "RI": "401",
    "SC": "803 821 839 843 854 864",
    "SD": "605",
    "TN": "423 615 629 729 731 865 901 931",
    "TX": "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 936 "
    "940 945 956 972 979",
    "UT": "385 435 801",
    "VA": "276 434 540 571 686 703 757 804 826 948",
    "VI": "340",
    "VT": "802",
    "WA": "206 253 360 425 509 564",
    "WI": "262 274 353 414 534 608 715 920",
    "WV": "304 681",
    "WY": "307",
}
STATE_BY_AREA_CODE = {npa: state for state, npas in _AREA_CODES.items() for npa in npas.split()}

PRESUMED_BY_AREA_CODE = frozenset({"FL", "OK"})
"""States whose law takes a number with their area code for a resident's until it is shown otherwise
(Florida Statutes 501.059(8)(d), Oklahoma 15 O.S. 775C.3): they count beside the address."""


def states_for(
    *,
    zip_code: str | None = None,
    state: str | None = None,
    npa: str | None = None,
    territory: Sequence[str] = (),
) -> tuple[str, ...]:
    """The states somebody may be in, in alphabetical order; () where nothing names one.

    Where they live counts first: the state on the row and those of its ZIP code, all of them when they
    disagree. Else the state of the area code, else the campaign's `territory`. Of a military address
    nothing is known.
    """
    named = state_code(state) if state else None
    digits = read_zip(zip_code) if zip_code else None
    if _is_military(digits, state):
        return ()
    by_phone = {STATE_BY_AREA_CODE[npa]} if npa in STATE_BY_AREA_CODE else set[str]()
    address = {named} if named else set[str]()
    if digits:
        address |= _by_zip(digits, named, by_phone)
    elif zip_code:
        address |= set(provinces_of(zip_code))
    if address:
        return tuple(sorted(address | (by_phone & PRESUMED_BY_AREA_CODE)))
    declared = {code for code in map(state_code, territory) if code}
    return tuple(sorted(by_phone or declared))


def _is_military(digits: ZipCode | None, state: str | None) -> bool:
    by_zip = digits is not None and digits.zeros < 2 and places.is_military(digits.digits)
    return by_zip or (state or "").strip().upper() in MILITARY


def _by_zip(digits: ZipCode, named: str | None, by_phone: set[str]) -> set[str]:
    """The states of a ZIP code as it was meant; see zones._by_zip about missing zeros."""
    states = set(places.states_of_zip(digits.digits))
    if named in states:
        return {named} if named else set()
    if not states or digits.zeros > 1:
        return set()
    return states | by_phone if digits.zeros and not named else states
