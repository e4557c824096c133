"""How the log's tables came about, step by step, for Alembic."""
