"""The web application, for any WSGI server: `granian --interface wsgi wsgi:app`."""

from portal import create_app

app = create_app()
