"""What a GET of the staff writes into the trail: the look of a person, once; nothing that a browser fetched alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pages.states import ANA
from pages.world import World
from portal import clock
from portal.modelos import Rastro
from portal.soporte import quejas
from web import mundo

AHEAD = [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
ELSEWHERE = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
LOOKS = ["lote", "rastro", "quejas", "queja"]


@pytest.fixture
def address(world: World) -> Callable[[str], str]:
    """Of a page whose look is written down."""
    numero = world.checked("ENT", world.line("ENT", ANA))
    token = quejas.form_token()
    escrito = quejas.Escrito("Nadie contestó el teléfono.")
    quejas.file(world.database, token, escrito, quejas.Quien(), mundo.HOY, 10, clock.now())
    with world.database.reading() as session:
        found = quejas.followed(session, token)
    assert found is not None
    of_queja = f"/supervision/quejas/{quejas.numero(found)}"
    pages = {"lote": f"/soporte/lotes/{numero}?motivo=llego", "rastro": "/supervision/rastro"}
    pages |= {"quejas": "/supervision/quejas", "queja": of_queja}
    return pages.__getitem__


@pytest.mark.parametrize("page", LOOKS)
def test_a_look_is_written_once_however_often_its_page_is_loaded(
    world: World, address: Callable[[str], str], page: str
) -> None:
    browser = world.browser(mundo.SUPERVISOR)
    before = len(world.rows(Rastro))
    for _ in range(3):
        browser.get(address(page))
    assert len(world.rows(Rastro)) == before + 1


@pytest.mark.parametrize("headers", [*AHEAD, *ELSEWHERE], ids=str)
@pytest.mark.parametrize("page", LOOKS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_nobody_looks_at_is_not_shown_and_not_written(
    world: World, address: Callable[[str], str], page: str, headers: dict[str, str]
) -> None:
    browser = world.browser(mundo.SUPERVISOR)
    before = len(world.rows(Rastro))
    assert browser.client.get(address(page), headers=headers).status_code in (403, 404)
    assert browser.client.head(address(page)).status_code == 200
    assert len(world.rows(Rastro)) == before
    browser.get(address(page), headers={"Sec-Fetch-Site": "same-origin"})
    assert len(world.rows(Rastro)) == before + 1
