"""The tables of the log; ``migrations`` makes them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

METADATA = MetaData()

ENTRIES = Table(
    "log_entries",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("log_entries_at", "at"),
)
"""The chain: only ever appended to, and cut at its beginning by a prune."""

HEAD = Table(
    "log_head",
    METADATA,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)
"""The end of the chain, in one row: whoever appends holds it, and rows cut off there show."""

GROUPS = (
    "pay_basis",
    "role",
    "seniority",
    "company_stage",
    "country",
    "experience",
    "reliability",
    "model",
)
"""By what live coverage is told."""

OUTCOMES = Table(
    "log_outcomes",
    METADATA,
    Column("prediction", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("stated", Float, nullable=False),
    Column("inside", Integer, nullable=False),
    *(Column(name, Text) for name in GROUPS),
    Index("log_outcomes_tenant", "tenant"),
)
"""The last outcome of each prediction, drawn from the chain's entries so that it can be counted."""
