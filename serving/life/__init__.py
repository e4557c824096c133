"""The model in service comes and goes, and the process with it, without a request noticing."""
