"""The decision log: what was answered, kept so that nobody can change it unseen."""
