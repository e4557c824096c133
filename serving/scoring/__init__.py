"""A table of any size scored in bounded memory: read, answered and written batch by batch."""
