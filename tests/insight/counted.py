"""What is counted, with everything counted that has happened."""

from p2ptext.counting import catching_up, reading


def counted(campaign_id: int) -> reading.Reading:
    while not catching_up.catch_up():
        pass
    return reading.of(campaign_id)
