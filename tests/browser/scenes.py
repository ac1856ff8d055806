"""Every page and every state of a page, and how to come to it: once, for the accessibility tests and the pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from . import sending_scenes
from .world import World, cedulas

Step = Callable[[Page, World], None]
VISITORS = {"empleador": "1710010024", "delegada": "1710010057", "soporte": "1710010065"}
WORKER, NEVER_CAME = "1700000019", cedulas(900, 1)[0]


@dataclass(frozen=True)
class Scene:
    """A page as `visitor` (None: anyone) sees it: its address, with `{name}` for the number of a lote of the world,
    and what is done there to come to the state."""

    name: str
    visitor: str | None
    path: str
    then: Step | None = None

    def open(self, page: Page, world: World) -> None:
        page.goto(world.base + self.path.format(**world.lotes))
        if self.then is not None:
            self.then(page, world)


def _type_wrong_key(page: Page, _world: World) -> None:
    page.fill("#identificacion", "1710010024")
    page.fill("#clave", "no es esta")
    page.click("main button")


def _send_a_pdf(page: Page, _world: World) -> None:
    page.set_input_files("#archivo", {"name": "extras.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.click("main button")


def _search_in(field: str, text: str) -> Step:
    def search(page: Page, _world: World) -> None:
        page.fill(field, text)
        page.click("main button")

    return search


def _press(page: Page, _world: World) -> None:
    page.click("main button")


def _measuring(page: Page, _world: World) -> None:
    """As begun before; how much it is cannot be told here, where the queue is away."""
    page.context.add_cookies([{"name": "medidor", "value": "A" * 22, "url": page.url}])
    page.reload()


def _unfold(page: Page, _world: World) -> None:
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")


def _lote(name: str, state: str, then: Step | None = None) -> Scene:
    return Scene(f"lote-{name}", "empleador", "/lotes/{" + state + "}", then)


SCENES = (
    Scene("inicio", None, "/"),
    Scene("inicio-abierto", None, "/", _unfold),
    Scene("cargas-batch", None, "/empleadores/cargas-batch"),
    Scene("ingresar", None, "/ingresar"),
    Scene("ingresar-error", None, "/ingresar", _type_wrong_key),
    Scene("empleadores", "delegada", "/empleadores"),
    Scene("procesos", "empleador", "/procesos"),
    Scene("formatos", None, "/formatos"),
    Scene("formato-SAL", None, "/formatos/SAL"),
    Scene("formato-ENT", "empleador", "/formatos/ENT"),
    Scene("formato-PFN", None, "/formatos/PFN"),
    Scene("calendario", None, "/calendario"),
    Scene("enviar", "empleador", "/cargas/nueva?movimiento=INS"),
    Scene("enviar-error", "empleador", "/cargas/nueva?movimiento=INS", _send_a_pdf),
    Scene("enviar-enviando", "empleador", "/cargas/nueva?movimiento=INS", sending_scenes.sending),
    Scene("enviar-cortado", "empleador", "/cargas/nueva?movimiento=INS", sending_scenes.cut),
    Scene("enviar-sin-terminar", "empleador", "/cargas/nueva?movimiento=INS", sending_scenes.begun_before),
    Scene("procesos-sin-terminar", "empleador", "/procesos", sending_scenes.begun_before),
    Scene("lotes", "empleador", "/lotes"),
    Scene("lotes-ninguno", "empleador", "/lotes?movimiento=RRT"),
    _lote("recibido", "recibido"),
    _lote("en-cola", "en_cola"),
    _lote("revisando", "revisando"),
    _lote("revisado", "revisado"),
    _lote("revisado-correcto", "correcto", _unfold),
    _lote("revisado-errores", "con-errores", _unfold),
    _lote("rechazado", "rechazado"),
    _lote("desistido", "desistido"),
    _lote("registrando", "registrando"),
    _lote("registrado", "registrado", _unfold),
    _lote("fallido", "fallido"),
    _lote("anulado", "anulado"),
    Scene("anular", "empleador", "/lotes/{registrado}/anulacion"),
    Scene("anular-lineas", "empleador", "/lotes/{comisiones}/anulacion?lineas=1"),
    Scene("anular-error", "empleador", "/lotes/{comisiones}/anulacion?lineas=1,12"),
    Scene("anular-antes", "empleador", "/lotes/{comprobante-largo}/anulacion"),
    Scene("anulacion", "empleador", "/anulaciones/{anulacion-anulado}"),
    Scene("anulacion-pedida", "empleador", "/anulaciones/{anulacion-pedida}"),
    Scene("anulacion-negada", "empleador", "/anulaciones/{anulacion-negada}"),
    _lote("cambiado", "tarde"),
    _lote("depende", "depende"),
    Scene("lineas-cambiadas", "empleador", "/lotes/{tarde}/lineas?estado=cambiada"),
    Scene("lineas-anuladas", "empleador", "/lotes/{tarde}/lineas?estado=registrada&linea=3"),
    Scene("lineas", "empleador", "/lotes/{con-errores}/lineas"),
    Scene("lineas-registradas", "empleador", "/lotes/{comprobante-largo}/lineas?estado=registrada"),
    Scene("lineas-ninguna", "empleador", "/lotes/{correcto}/lineas?estado=repetida"),
    Scene("comprobante", "empleador", "/lotes/{registrado}/comprobante"),
    Scene("comprobante-anulado", "empleador", "/lotes/{anulado}/comprobante"),
    Scene("comprobante-largo", "empleador", "/lotes/{comprobante-largo}/comprobante"),
    Scene("historia", "empleador", "/historia"),
    Scene("historia-abierta", "empleador", "/historia", _unfold),
    Scene("historia-error", "empleador", "/historia", _search_in("#cedula", "0912791803")),
    Scene("historia-trabajador", "empleador", "/historia", _search_in("#cedula", WORKER)),
    Scene("historia-anulada", "empleador", "/historia", _search_in("#cedula", NEVER_CAME)),
    Scene("historia-sucursal", "empleador", "/historia/sucursal"),
    Scene("historia-sucursal-corta", "empleador", "/historia/sucursal?sucursal=0009&periodo=2026-10"),
    Scene("historia-sucursal-nadie", "empleador", "/historia/sucursal?periodo=2020-01"),
    Scene("historia-sucursal-error", "empleador", "/historia/sucursal?periodo=noviembre"),
    Scene("datos", "empleador", "/datos"),
    Scene("datos-sin-cola", "empleador", "/datos", _press),
    Scene("datos-midiendo", "empleador", "/datos", _measuring),
    Scene("ayuda", None, "/ayuda/errores"),
    Scene("ayuda-sin-hallazgos", None, "/ayuda/errores?q=jubilado"),
    Scene("ayuda-SAL-02", None, "/ayuda/errores/SAL-02"),
    Scene("ayuda-IDE-01", None, "/ayuda/errores/IDE-01"),
    Scene("soporte", "soporte", "/soporte"),
    Scene("soporte-error", "soporte", "/soporte", _search_in("#numero", "2026-000123-1")),
    Scene("soporte-lote", "soporte", "/soporte/lotes/{con-errores}"),
    Scene("error-404", None, "/nada"),
    Scene("error-404-empleador", "empleador", "/lotes/2026-999999-1"),
)


class Visits:
    """Signs each visitor in once, and gives browser contexts that carry the visit."""

    def __init__(self, browser: Browser, world: World) -> None:
        self._browser, self._world = browser, world
        self._states: dict[str | None, object] = {None: None}

    def state(self, visitor: str | None) -> object:
        """Playwright's storage state of that visitor, signed in."""
        if visitor not in self._states:
            self._states[visitor] = self._sign_in(VISITORS[str(visitor)])
        return self._states[visitor]

    def _sign_in(self, identificacion: str) -> object:
        clave = next(a["clave"] for a in self._world.accounts if a["identificacion"] == identificacion)
        context = self._browser.new_context()
        page = context.new_page()
        page.goto(self._world.base + "/ingresar")
        page.fill("#identificacion", identificacion)
        page.fill("#clave", str(clave))
        page.click("main button")
        page.wait_for_url(lambda url: not url.endswith("/ingresar"))
        state = context.storage_state()
        context.close()
        return state
