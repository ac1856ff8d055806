"""The web application. `python -m portal.running.web PORT` serves it; another WSGI server would let slow lines hold it."""

from portal import create_app

app = create_app()
