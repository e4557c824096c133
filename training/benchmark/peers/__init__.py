"""The peers, one a file, behind one protocol."""
