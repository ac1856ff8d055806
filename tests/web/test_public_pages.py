"""What anyone sees."""

from flask import Flask

from portal.soporte.cifras.transparencia import official_series
from web.portal_client import Navegador, make_app


def test_the_official_facts_of_the_tramite_are_told(anonimo: Navegador) -> None:
    anonimo.get("/")
    for fact in (
        "Registro masivo de novedades para empleadores (carga batch)",
        "Instituto Ecuatoriano de Seguridad Social",
        "Persona jurídica privada",
        "Persona natural extranjera",
        "Clave de empleador",
        "código de identificación para extranjeros, siempre y cuando se encuentre registrado o afiliado",
        "«Procesos batch, novedades por procesos batch y formatos»",
        "El trámite no tiene costo",
        "24 horas",
        "Resolución CD 625",
        "atencionalusuario@iess.gob.ec",
        "593 23945666",
        "En marzo de 2026: 4 491 atenciones y 0 quejas",
    ):
        assert " ".join(fact.split()) in " ".join(anonimo.text.split()), fact


def test_the_official_series_is_whole() -> None:
    series = official_series()
    assert len(series) == 27 and (series[0].periodo, series[-1].periodo) == (202603, 202401)
    assert sum(month.quejas for month in series) == 3
    assert sum(month.atenciones for month in series) == 110_528


def test_the_way_in_leads_from_the_tramite_to_the_key(anonimo: Navegador) -> None:
    anonimo.get("/")
    assert any(link.get("href") == "/empleadores/cargas-batch" for link in anonimo.page.iter("a"))
    anonimo.get("/empleadores/cargas-batch")
    link = next(one for one in anonimo.page.iter("a") if one.text == "Empleador con clave")
    anonimo.get(link.get("href"))
    assert any(one.get("name") == "clave" for one in anonimo.page.iter("input"))


def test_health_says_which_part_does_not_answer(app: Flask, tmp_path, sqlite_template, queue_server) -> None:  # type: ignore[no-untyped-def]
    away = app.test_client().get("/salud")
    assert (away.status_code, away.json) == (503, {"base_de_datos": "responde", "cola": "no responde"})
    well = make_app(tmp_path, f"sqlite:///{sqlite_template}", queue_server.url).test_client().get("/salud")
    assert (well.status_code, well.json) == (200, {"base_de_datos": "responde", "cola": "responde"})
    broken = make_app(tmp_path, f"sqlite:///{tmp_path / 'no' / 'such.db'}", queue_server.url)
    assert broken.test_client().get("/salud").json == {"base_de_datos": "no responde", "cola": "responde"}


def test_the_icon_is_small_and_kept_a_while(anonimo: Navegador) -> None:
    response = anonimo.get("/favicon.svg")
    assert response.mimetype == "image/svg+xml" and "max-age" in response.headers["Cache-Control"]
