"""Paylens beside its peers: the same rows, the same information, the same run."""
