"""Tests of the lowest floor: what a pay record is, and where records come from."""
