"""What is seen of the service from outside: metrics, logs and traces, never a person's words."""
