"""The web application. `python -m portal.running.web PORT` serves it; under another server slow lines would hold it."""

from portal import create_app

app = create_app()
