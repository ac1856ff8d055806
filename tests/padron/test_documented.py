"""What docs/padron.md shows, as it stands there: the adapter against a real HTTP server, and both files."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from portal.config import ROOT, ConfigError, from_environment
from portal.padron import PadronAway, open_padron
from tests.lotes.conftest import make_config
from tests.platform.desk import Desk

ANSWERS = {"/extranjeros": ["6112345678"], "/nombres": {"0912791803": "ANA PEÑA"}}


def shown(kind):
    """The blocks of that kind on the page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", (ROOT / "docs" / "padron.md").read_text(), re.DOTALL | re.MULTILINE)


class Registry(BaseHTTPRequestHandler):
    asked: list[tuple[str, list[str]]] = []

    def do_POST(self):
        self.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        body = json.dumps(ANSWERS[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet: pytest shows what matters."""


@pytest.fixture
def registry():
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def adapter(tmp_path, monkeypatch):
    """The example as a module that can be imported; its name."""
    [code] = shown("python")
    name = f"instituto_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    return f"{name}:fabrica"


def test_the_documented_adapter_asks_and_understands_and_raises_when_away(registry, adapter, tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRO_URL", f"http://127.0.0.1:{registry.server_port}")
    padron = open_padron(make_config(tmp_path, padron=adapter), None)
    assert padron.extranjeros([6112345678, 912791804]) == {6112345678}
    assert padron.nombres([912791803]) == {912791803: "ANA PEÑA"}
    assert Registry.asked == [("/extranjeros", ["6112345678", "0912791804"]), ("/nombres", ["0912791803"])]
    registry.shutdown()
    registry.server_close()
    with pytest.raises(PadronAway, match="URLError"):
        padron.extranjeros([6112345678])


def test_without_its_own_setting_the_portal_does_not_start(adapter, tmp_path, monkeypatch):
    monkeypatch.delenv("REGISTRO_URL", raising=False)
    with pytest.raises(ConfigError, match="KeyError: 'REGISTRO_URL'"):
        from_environment({"PORTAL_DATOS": str(tmp_path), "PORTAL_PADRON": adapter})


def test_the_documented_files_come_in(database, database_url, tmp_path):
    desk = Desk(database, database_url, tmp_path)
    persons, employers = (block.splitlines() for block in shown("") if ";" in block)
    assert desk.run("personas", "importar", desk.file(*persons)) == "Personas importadas: 2.\n"
    said = desk.run("empleadores", "importar", desk.file(*employers))
    assert said == "Empleadores importados: 1, con 2 sucursales.\n"
