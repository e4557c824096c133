"""What a pay record is, and where records come from."""
