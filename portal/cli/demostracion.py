"""`demo`: the demonstration's data and accounts."""

from __future__ import annotations

import json

import click

from portal.cli.services import services
from portal.demo import fill


@click.command()
@click.option("--formato", type=click.Choice(["texto", "json"]), default="texto")
def demo(formato: str) -> None:
    """Fills the demonstration data and prints its accounts. Doing it again changes nothing."""
    database, config = services()
    if config.produccion:
        raise click.ClickException("Los datos de demostración no se cargan con PORTAL_ENTORNO=produccion.")
    accounts = fill(database, config)
    if formato == "json":
        click.echo(json.dumps(accounts, ensure_ascii=False, indent=1))
        return
    for account in accounts:
        rucs = ", ".join(account["rucs"]) if isinstance(account["rucs"], list) else ""
        more = f"segundo paso {account['totp']}" if "totp" in account else rucs
        click.echo(f"  {account['rol']:<10} {account['identificacion']}  clave {account['clave']}  {more}".rstrip())
    click.echo("  Código del segundo paso sin teléfono: flask --app wsgi cuentas codigo IDENTIFICACION")
