"""One test file a source: rows invented in the manner of its public format."""
