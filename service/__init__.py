"""API, dashboard, and the commands that run or talk to the service."""
