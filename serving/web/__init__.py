"""The candidates' web form: where do I stand, and why, in English and French."""
