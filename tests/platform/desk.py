"""An operator's desk: the commands as `flask --app wsgi …` runs them, on a test's own database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from tests.web.portal_client import make_app


class Desk:
    def __init__(self, database, database_url: str, folder: Path, **settings) -> None:
        self.database, self.folder = database, folder
        self._app = make_app(folder, database_url, **settings)

    def run(self, *args: str, input: str | None = None) -> str:
        """What a command says that ends well."""
        done = self._invoke(args, input)
        assert done.exit_code == 0, done.output
        return done.stdout

    def refused(self, *args: str, input: str | None = None) -> str:
        """What it says, in one paragraph of lines, when it changes nothing."""
        done = self._invoke(args, input)
        assert done.exit_code == 1 and isinstance(done.exception, SystemExit), done.exception or done.output
        return done.stderr

    def _invoke(self, args, input):
        with self._app.app_context():
            return self._app.test_cli_runner().invoke(args=args, input=input)

    def file(self, *lines: str, encoding: str = "utf-8", end: str = "\n") -> str:
        """The path of a file with these lines."""
        path = self.folder / "file.csv"
        path.write_bytes("".join(line + end for line in lines).encode(encoding))
        return str(path)

    def rows(self, sql: str) -> list[tuple]:
        with self.database.reading() as session:
            return [tuple(row) for row in session.execute(text(sql))]
