"""Every page and every state of a page, and how to come to it: once, for the accessibility tests and the pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.classes import css
from tests.telefono import code_of

from . import complaint_scenes, guided_scenes, second_scenes, sending_scenes, wording_scenes
from .filling import FORMER, NEW
from .world import World, cedulas

Step = Callable[[Page, World], None]
VISITORS = {
    "empleador": "1710010024",
    guided_scenes.CALLER: guided_scenes.CALLER_ACCOUNT,
    "delegada": "1710010057",
    "delegada que eligió": "1710010057",
    "delegada que cambió": "1710010057",
    "nueva": NEW,
    "sin empleador": FORMER,
    "soporte": "1710010065",
    "supervisor": "1710010073",
}
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
            page.wait_for_load_state()  # a click waits until the next page has begun, not until it stands


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


def _send_as_it_is(page: Page, _world: World) -> None:
    """What the browser asks for itself is left to the server, as by a browser that asks for nothing."""
    page.eval_on_selector("main form:not([action^='/cargas/tus'])", "form => { form.noValidate = true; }")
    page.click("main form button:not([name]):not([type=button])")


def _send_again(page: Page, world: World) -> None:
    """A file the portal has."""
    original = page.request.get(f"{world.base}/lotes/{world.lotes['registrado']}/original").body()
    file = {"name": "otra-vez.csv", "mimeType": "text/plain", "buffer": original}
    page.set_input_files("#archivo", file)  # type: ignore[arg-type]  # a dict of its FilePayload
    page.click("#enviar form[enctype] button")


def _with_an_old_token(page: Page, world: World) -> None:
    page.eval_on_selector("main [name=csrf_token]", "field => { field.value = 'de ayer'; }")
    _type_wrong_key(page, world)


def _complain_with_an_old_token(page: Page, _world: World) -> None:
    page.fill("#texto", "Nadie contestó el teléfono en toda la mañana.")
    page.eval_on_selector("main [name=csrf_token]", "field => { field.value = 'de ayer'; }")
    page.click("main button")


def _change_the_ruc_meanwhile(page: Page, world: World) -> None:
    _choose(page, world)
    page.goto(world.base + "/historia")
    other = page.context.new_page()
    other.goto(world.base + "/empleadores")
    other.click(css("main dl.sheet > div:nth-child(2) button"))
    other.wait_for_url("**/procesos")
    other.close()
    page.fill("#cedula", WORKER)
    page.click("main form[method=post] button")


def _choose(page: Page, world: World) -> None:
    page.click(css("main dl.sheet button"))
    page.wait_for_url("**/procesos")


def _choose_and_open(path: str) -> Step:
    def open_it(page: Page, world: World) -> None:
        _choose(page, world)
        page.goto(world.base + path.format(**world.lotes))

    return open_it


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
    Scene("ingresar-vacio", None, "/ingresar", _send_as_it_is),
    Scene("empleadores", "delegada", "/empleadores"),
    Scene("empleadores-en-uso", "delegada que eligió", "/empleadores", _choose_and_open("/empleadores")),
    Scene("empleadores-ninguno", "sin empleador", "/empleadores"),
    Scene("procesos", "empleador", "/procesos"),
    Scene("procesos-nuevo", "nueva", "/procesos"),
    Scene("formatos", None, "/formatos"),
    Scene("formato-SAL", None, "/formatos/SAL"),
    Scene("formato-ENT", "empleador", "/formatos/ENT"),
    Scene("formato-PFN", None, "/formatos/PFN"),
    Scene("formato-INS", "empleador", "/formatos/INS"),
    Scene("formato-INS-nuevo", "nueva", "/formatos/INS"),
    Scene("calendario", None, "/calendario"),
    Scene("calendario-feriados", None, "/calendario?mes=2026-12"),
    Scene("enviar", "empleador", "/cargas/nueva?movimiento=INS"),
    Scene("enviar-sin-novedad", "empleador", "/cargas/nueva"),
    Scene("enviar-vacio", "empleador", "/cargas/nueva", _send_as_it_is),
    Scene("enviar-error", "empleador", "/cargas/nueva?movimiento=INS", _send_a_pdf),
    Scene("enviar-enviando", "empleador", "/cargas/nueva?movimiento=INS", sending_scenes.sending),
    Scene("enviar-cortado", "empleador", "/cargas/nueva?movimiento=INS", sending_scenes.cut),
    Scene("enviar-sin-terminar", "empleador", "/cargas/nueva?movimiento=INS", sending_scenes.begun_before),
    Scene("procesos-sin-terminar", "empleador", "/procesos", sending_scenes.begun_before),
    Scene("lotes", "empleador", "/lotes"),
    Scene("lotes-ninguno", "empleador", "/lotes?movimiento=RRT"),
    Scene("lotes-nuevo", "nueva", "/lotes"),
    _lote("recibido", "recibido"),
    _lote("en-cola", "en_cola"),
    _lote("revisando", "revisando"),
    _lote("revisado", "revisado"),
    _lote("revisado-correcto", "correcto", _unfold),
    _lote("revisado-errores", "con-errores", _unfold),
    _lote("rechazado", "rechazado"),
    _lote("hoja", "hoja"),
    _lote("sin-columnas", "sin-columnas"),
    Scene("columnas", "empleador", "/lotes/{sin-columnas}/columnas"),
    Scene("columnas-error", "empleador", "/lotes/{sin-columnas}/columnas", _send_as_it_is),
    _lote("rechazado-otro", "ilegible"),
    _lote("revisado-nada", "ya-estaba"),
    _lote("revisado-solo-errores", "solo-errores"),
    Scene("lote-ya-recibido", "empleador", "/cargas/nueva?movimiento=INS", _send_again),
    Scene("lote-cada-30", "empleador", "/lotes/{revisando}?cada=30"),
    Scene("lote-del-titular", "delegada que eligió", "/empleadores", _choose_and_open("/lotes/{con-errores}")),
    _lote("desistido", "desistido"),
    _lote("registrando", "registrando"),
    _lote("registrado", "registrado", _unfold),
    _lote("fallido", "fallido"),
    _lote("anulado", "anulado"),
    Scene("anular", "empleador", "/lotes/{registrado}/anulacion"),
    Scene("anular-lineas", "empleador", "/lotes/{comisiones}/anulacion?lineas=1"),
    Scene("anular-error", "empleador", "/lotes/{comisiones}/anulacion?lineas=1,12"),
    Scene("anular-antes", "empleador", "/lotes/{comprobante-largo}/anulacion"),
    Scene("anular-sin-motivo", "empleador", "/lotes/{registrado}/anulacion", _send_as_it_is),
    Scene("anulacion", "empleador", "/anulaciones/{anulacion-anulado}"),
    Scene("anulacion-pedida", "empleador", "/anulaciones/{anulacion-pedida}"),
    Scene("anulacion-en-curso", "empleador", "/anulaciones/{anulacion-en-curso}"),
    Scene("anulacion-fallida", "empleador", "/anulaciones/{anulacion-fallida}"),
    Scene("anulacion-negada", "empleador", "/anulaciones/{anulacion-negada}"),
    _lote("cambiado", "tarde"),
    _lote("depende", "depende"),
    Scene("lineas-cambiadas", "empleador", "/lotes/{tarde}/lineas?estado=cambiada"),
    Scene("lineas-anuladas", "empleador", "/lotes/{tarde}/lineas?estado=registrada&linea=3"),
    Scene("lineas", "empleador", "/lotes/{con-errores}/lineas"),
    Scene("lineas-codigo", "empleador", "/lotes/{con-errores}/lineas?codigo=MON-01&linea=54"),
    Scene("lineas-avisos", "empleador", "/lotes/{correcto}/lineas?estado=aviso"),
    Scene("lineas-ya-registradas", "empleador", "/lotes/{con-errores}/lineas?estado=ya_registrada"),
    Scene("lineas-registradas", "empleador", "/lotes/{comprobante-largo}/lineas?estado=registrada"),
    Scene("lineas-ninguna", "empleador", "/lotes/{correcto}/lineas?estado=repetida"),
    Scene("comprobante", "empleador", "/lotes/{registrado}/comprobante"),
    Scene("comprobante-anulado", "empleador", "/lotes/{anulado}/comprobante"),
    Scene("comprobante-largo", "empleador", "/lotes/{comprobante-largo}/comprobante"),
    Scene("historia", "empleador", "/historia"),
    Scene("historia-nueva", "nueva", "/historia"),
    Scene("historia-abierta", "empleador", "/historia", _unfold),
    Scene("historia-error", "empleador", "/historia", _search_in("#cedula", "0912791803")),
    Scene("historia-trabajador", "empleador", "/historia", _search_in("#cedula", WORKER)),
    Scene("historia-anulada", "empleador", "/historia", _search_in("#cedula", NEVER_CAME)),
    Scene("historia-sucursal", "empleador", "/historia/sucursal"),
    Scene("historia-sucursal-corta", "empleador", "/historia/sucursal?sucursal=0009&periodo=2026-10"),
    Scene("historia-sucursal-nadie", "empleador", "/historia/sucursal?periodo=2020-01"),
    Scene("historia-sucursal-error", "empleador", "/historia/sucursal?periodo=noviembre"),
    Scene("accesos", "empleador", "/accesos"),
    Scene("accesos-nadie", "nueva", "/accesos"),
    Scene("accesos-fin", "empleador", "/accesos?antes=1"),
    Scene("datos", "empleador", "/datos"),
    Scene("datos-sin-cola", "empleador", "/datos", _press),
    Scene("datos-midiendo", "empleador", "/datos", _measuring),
    Scene("ayuda", None, "/ayuda/errores"),
    Scene("ayuda-sin-hallazgos", None, "/ayuda/errores?q=jubilado"),
    Scene("ayuda-cedula", None, "/ayuda/errores?q=0912791803"),
    Scene("ayuda-novedad", None, "/ayuda/errores?q=fecha&movimiento=SAL"),
    Scene("ayuda-SAL-02", None, "/ayuda/errores/SAL-02"),
    Scene("ayuda-IDE-01", None, "/ayuda/errores/IDE-01"),
    Scene("soporte", "soporte", "/soporte"),
    Scene("soporte-error", "soporte", "/soporte", _search_in("#numero", "2026-000123-1")),
    Scene("soporte-lote", "soporte", "/soporte/lotes/{con-errores}"),
    Scene("soporte-lote-abierto", "soporte", "/soporte/lotes/{con-errores}?motivo=error", _unfold),
    Scene("soporte-lote-llego", "soporte", "/soporte/lotes/{correcto}?motivo=llego"),
    Scene("soporte-lote-rechazado", "soporte", "/soporte/lotes/{rechazado}"),
    Scene("soporte-lote-registrado", "soporte", "/soporte/lotes/{tarde}"),
    Scene("soporte-lote-revisando", "soporte", "/soporte/lotes/{revisando}"),
    *(Scene(*one) for one in complaint_scenes.SCENES),
    *(Scene(*one) for one in wording_scenes.SCENES),
    *(Scene(*one) for one in second_scenes.SCENES),
    Scene("atenciones", "soporte", "/soporte/atenciones"),
    Scene("atenciones-resueltas", "soporte", "/soporte/atenciones?cola=resueltas"),
    Scene("atenciones-supervision", "supervisor", "/soporte/atenciones?cola=supervision"),
    Scene("atencion-en-curso", "soporte", "/soporte/atenciones/{atencion-en-curso}", _unfold),
    Scene("atencion-abierta", "soporte", "/soporte/atenciones/{atencion-abierta}"),
    Scene("atencion-escalada", "soporte", "/soporte/atenciones/{atencion-escalada}"),
    Scene("atencion-error", "soporte", "/soporte/atenciones/{atencion-abierta}", _search_in("#nota", "0912791803")),
    Scene("atencion-nueva", "soporte", "/soporte/atenciones/nueva"),
    Scene("atencion-nueva-error", "soporte", "/soporte/atenciones/nueva", _search_in("#lote", "2026-000123-1")),
    Scene("supervision", "supervisor", "/supervision"),
    Scene("supervision-rastro", "supervisor", "/supervision/rastro"),
    Scene("supervision-rastro-nada", "supervisor", "/supervision/rastro?que=cambia_texto"),
    Scene("supervision-agentes", "supervisor", "/supervision/agentes"),
    Scene("supervision-problemas", "supervisor", "/supervision/problemas"),
    Scene("supervision-lotes", "supervisor", "/supervision/lotes"),
    Scene("supervision-lotes-error", "supervisor", "/supervision/lotes", _send_as_it_is),
    Scene("supervision-cuentas", "supervisor", "/supervision/cuentas"),
    Scene("supervision-cuentas-error", "supervisor", "/supervision/cuentas", _search_in("#identificacion", "12")),
    Scene("supervision-cuenta", "supervisor", "/supervision/cuentas", _search_in("#identificacion", "1710010065")),
    Scene("error-404", None, "/nada"),
    Scene("error-404-empleador", "empleador", "/lotes/2026-999999-1"),
    Scene("error-404-soporte", "soporte", "/lotes/2026-999999-1"),
    Scene("error-400", None, "/prueba/400"),
    Scene("error-401", None, "/prueba/401"),
    Scene("error-403", "empleador", "/prueba/403"),
    Scene("error-405", None, "/salir"),
    Scene("error-413", "empleador", "/prueba/413"),
    Scene("error-429", None, "/prueba/429"),
    Scene("error-500", None, "/prueba/500"),
    Scene("error-500-empleador", "empleador", "/prueba/500"),
    Scene("error-vencida", None, "/ingresar", _with_an_old_token),
    Scene("queja-vencida", None, "/queja", _complain_with_an_old_token),
    Scene("error-otro-ruc", "delegada que cambió", "/empleadores", _change_the_ruc_meanwhile),
    *(Scene(*one) for one in guided_scenes.SCENES),
)


class Visits:
    """Signs each visitor in once, and gives browser contexts that carry the visit."""

    def __init__(self, browser: Browser, world: World) -> None:
        self._browser, self._world = browser, world
        self._states: dict[str | None, object] = {None: None, second_scenes.BEFORE: None}

    def state(self, visitor: str | None) -> object:
        """Playwright's storage state of that visitor, signed in."""
        if visitor not in self._states:
            self._states[visitor] = self._sign_in(VISITORS[str(visitor)])
        return self._states[visitor]

    def _sign_in(self, identificacion: str) -> object:
        account = next(a for a in self._world.accounts if a["identificacion"] == identificacion)
        context = self._browser.new_context()
        page = context.new_page()
        page.goto(self._world.base + "/ingresar")
        page.fill("#identificacion", identificacion)
        page.fill("#clave", str(account["clave"]))
        page.click("main button")
        if "totp" in account:
            page.fill("#codigo", code_of(str(account["totp"])))
            page.click("main button")
        page.wait_for_url(lambda url: "/ingresar" not in url)
        state = context.storage_state()
        context.close()
        return state
