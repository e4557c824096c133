"""How the rows of a file are called in the log, and where each is found."""

ROWS = 500
"""Rows of a block, but for a file's last. By it the block of a row is found: it never changes."""


def row_id(file: str, number: int) -> str:
    """Return the id of the answer to a row of a file, the first row being 1.

    >>> row_id("0f8fad5bd9cb469fa16570867728950e", 17)
    '0f8fad5bd9cb469fa16570867728950e.17'
    """
    return f"{file}.{number}"


def file_of(name: str) -> str:
    """Return the id of the file that the answer ``name`` may be a row of, else ``name`` itself."""
    return name.partition(".")[0]


def block_id(name: str) -> str:
    """Return the id of the entry that holds the answer ``name``: a row's is in its block.

    >>> block_id("0f8fad5bd9cb469fa16570867728950e.501")
    '0f8fad5bd9cb469fa16570867728950e/1'
    """
    file, _, number = name.partition(".")
    return f"{file}/{(int(number) - 1) // ROWS}" if number else file
