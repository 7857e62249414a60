"""What the carrier's answers say about the account, a campaign or a number, and what follows from it."""

from p2ptext.sms.provider import SendResult


def note(result: SendResult, number_id: int) -> None:
    """Take note of how one call ended that was made from this number.

    Call it last in the transaction that settles the message: it may lock the account's row, which
    claims wait for.
    """
