"""The service over HTTP: what it takes, what it answers, how it says no."""
