"""The chain of entries, its end, and the outcomes that count.

Written out rather than made from ``serving.log.tables``: a step never changes once it is released.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

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


def upgrade() -> None:
    """Make the tables, and the end of a chain that has no entry yet."""
    op.create_table(
        "log_entries",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("log_entries_at", "log_entries", ["at"])
    head = op.create_table(
        "log_head",
        sa.Column(
            "one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True, autoincrement=False
        ),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.bulk_insert(head, [{"one": 1, "seq": 0, "hash": "0" * 64}])
    op.create_table(
        "log_outcomes",
        sa.Column("prediction", sa.Text, primary_key=True),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("stated", sa.Float, nullable=False),
        sa.Column("inside", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text) for name in GROUPS),
    )
    op.create_index("log_outcomes_tenant", "log_outcomes", ["tenant"])
