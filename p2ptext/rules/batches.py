"""How a campaign's contacts are cut for volunteers."""


def batch_count(contacts: int, size: int) -> int:
    """How many batches `contacts` make when a batch holds at most `size`.

    Contact number `pos` (from 0) belongs to batch `pos // size`. Raises ValueError
    for a negative number of contacts or a size below 1.
    """
    if contacts < 0 or size < 1:
        raise ValueError(f"{contacts} contacts cannot be cut into batches of {size}.")
    return -(-contacts // size)
