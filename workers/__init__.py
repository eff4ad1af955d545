"""Celery app, thin tasks, sweeper. Never imports Flask."""
