"""The web server that runs the app (waitress); `python -m service.server` is its program."""
