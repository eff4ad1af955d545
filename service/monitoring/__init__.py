"""The state of a running service: readiness, metrics, diagnosis, the second reader."""
