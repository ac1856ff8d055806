"""Commands for operators: `flask --app wsgi …`. They log to stderr and print their answer to stdout."""

from __future__ import annotations

from flask import Flask

from portal.cli.cuentas import cuentas
from portal.cli.demostracion import demo
from portal.cli.empleadores import empleadores
from portal.cli.lotes import lotes
from portal.cli.personas import personas
from portal.cli.rastro import rastro
from portal.cli.revision import revisar


def register_commands(app: Flask) -> None:
    """Registers the commands on the application."""
    for command in (demo, lotes, cuentas, personas, empleadores, revisar, rastro):
        app.cli.add_command(command)
