"""The forms in which peers get a record's inputs: as they are, or as our encoder writes them."""
