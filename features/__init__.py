"""The only translation of a pay record into numbers."""
