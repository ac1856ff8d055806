"""Many persons, empleadores and sucursales in one transaction, on both databases."""

import pytest
from sqlalchemy import select, text

from portal.cuentas.altas import save_afiliados, save_empleadores
from portal.modelos import Afiliado, Empleador, Sucursal

RUC = "1799000004001"


class CutError(Exception):
    """The file ends in the middle, as when its disk goes away."""


def cut(rows):
    yield from rows
    raise CutError


def all_of(database, *columns):
    with database.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(columns[0]))]


def test_a_file_that_is_cut_short_leaves_nothing_behind(database):
    with pytest.raises(CutError), database.writing() as session:
        save_afiliados(session, cut([(n, None, False) for n in range(1, 13)]), batch=5)
    with pytest.raises(CutError), database.writing() as session:
        save_empleadores(session, cut([(RUC, "E", "privada", n, None) for n in range(1, 13)]), batch=5)
    assert (
        all_of(database, Afiliado.cedula) == all_of(database, Empleador.ruc) == all_of(database, Sucursal.codigo) == []
    )


def test_a_row_given_twice_counts_as_it_is_given_last(database):
    with database.writing() as session:
        save_afiliados(session, [(1, "UNO", True), (1, "OTRO", False)])
        save_empleadores(session, [(RUC, "E", "privada", 1, "A"), (RUC, "F", "publica", 1, "B")])
    assert all_of(database, Afiliado.cedula, Afiliado.nombre, Afiliado.extranjero) == [(1, "OTRO", False)]
    assert all_of(database, Empleador.ruc, Empleador.nombre, Empleador.tipo) == [(RUC, "F", "publica")]
    assert all_of(database, Sucursal.codigo, Sucursal.nombre) == [(1, "B")]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_what_is_the_same_already_is_not_written_again(database):
    def versions():
        with database.reading() as session:
            tables = ("afiliado", "empleador", "sucursal")
            return [session.execute(text(f"select xmin from {table}")).all() for table in tables]

    def save():
        with database.writing() as session:
            save_afiliados(session, [(1, "UNO", True), (2, None, True)])
            save_empleadores(session, [(RUC, "E", "privada", 1, "A"), (RUC, "E", "privada", 2, None)])
        return versions()

    assert save() == save()
