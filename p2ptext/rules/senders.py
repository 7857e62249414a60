"""From which of several numbers a person hears, decided without database or clock."""

from collections.abc import Mapping

from p2ptext.rules.home_states import STATE_BY_AREA_CODE


def pick(pool: Mapping[int, str], known: int | None, phone: str, person: int) -> int:
    """The number to text a person from, by its id; `pool` holds ids and phones, at least one.

    The number they know stays theirs. A stranger hears from their own area code, else from their own
    state, else from any; of several, from the same one each time, so that all carry about as much.
    """
    if known is not None and known in pool:
        return known
    area = area_code(phone)
    near = [number for number, own in pool.items() if area and area_code(own) == area]
    if not near and (state := STATE_BY_AREA_CODE.get(area or "")):
        near = [
            number
            for number, own in pool.items()
            if STATE_BY_AREA_CODE.get(area_code(own) or "") == state
        ]
    choices = sorted(near or pool)
    return choices[person % len(choices)]


def area_code(phone: str) -> str | None:
    """Of a North American number in E.164; None for others and for short codes."""
    return phone[2:5] if phone.startswith("+1") and len(phone) == 12 else None
