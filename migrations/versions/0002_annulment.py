"""Annulment, the summary by month, and what the database itself refuses.

The summary of what is registered already is worked out here, by the same arithmetic as historia/resumen.py.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
POR_ANULAR = sa.text("estado in ('pedida','fallida')")
CON_SUELDO = sa.text("movimiento in ('ENT','MSU') and anulada_en is null")
EXTREMO = sa.text("movimiento in ('ENT','SAL') and anulada_en is null")
ABIERTA = sa.text("salida is null and anulada_en is null")


def upgrade() -> None:
    _new_tables()
    _new_columns()
    _refuse_changes()
    _fill_summary()


def _new_tables() -> None:
    op.create_table(
        "resumen_mes",
        sa.Column("empleador_id", ID, autoincrement=False, nullable=False),
        sa.Column("sucursal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("periodo", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("personas", sa.Integer(), nullable=False),
        sa.Column("planilla", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["empleador_id"], ["empleador.id"], name="fk_resumen_mes_empleador_id"),
        sa.PrimaryKeyConstraint("empleador_id", "sucursal", "periodo", name="pk_resumen_mes"),
    )
    op.create_table(
        "anulacion",
        sa.Column("id", ID, nullable=False),
        sa.Column("numero", sa.String(), nullable=False),
        sa.Column("lote_id", ID, nullable=False),
        sa.Column("empleador_id", ID, nullable=False),
        sa.Column("cuenta_id", ID, nullable=False),
        sa.Column("motivo", sa.String(), nullable=False),
        sa.Column("lineas", JSON, nullable=True),
        sa.Column("pedidas", sa.Integer(), nullable=False),
        sa.Column("pedida_en", sa.DateTime(), nullable=False),
        sa.Column("estado", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cambiada_en", sa.DateTime(), nullable=False),
        sa.Column("hasta", sa.Integer(), nullable=False),
        sa.Column("anuladas", sa.Integer(), nullable=False),
        sa.Column("efectos", JSON, nullable=True),
        sa.Column("impide", JSON, nullable=True),
        sa.Column("hecha_en", sa.DateTime(), nullable=True),
        sa.Column("arriendo_de", sa.String(), nullable=True),
        sa.Column("arriendo_hasta", sa.DateTime(), nullable=True),
        sa.Column("intentos", sa.Integer(), nullable=False),
        sa.Column("llamado_en", sa.DateTime(), nullable=True),
        sa.CheckConstraint("estado in ('pedida', 'hecha', 'negada', 'fallida')", name=op.f("ck_anulacion_estado")),
        sa.ForeignKeyConstraint(["cuenta_id"], ["cuenta.id"], name="fk_anulacion_cuenta_id"),
        sa.ForeignKeyConstraint(["empleador_id"], ["empleador.id"], name="fk_anulacion_empleador_id"),
        sa.ForeignKeyConstraint(["lote_id"], ["lote.id"], name="fk_anulacion_lote_id"),
        sa.PrimaryKeyConstraint("id", name="pk_anulacion"),
        sa.UniqueConstraint("numero", name="uq_anulacion_numero"),
    )
    op.create_index("ix_anulacion_lote_id", "anulacion", ["lote_id"])
    pending = {"sqlite_where": POR_ANULAR, "postgresql_where": POR_ANULAR}
    op.create_index("ix_anulacion_turno", "anulacion", ["empleador_id", "pedida_en"], **pending)
    op.create_index("uq_anulacion_por_hacer", "anulacion", ["lote_id"], unique=True, **pending)


def _new_columns() -> None:
    with op.batch_alter_table("lote") as lote:
        lote.add_column(sa.Column("cambiadas", sa.Integer(), server_default="0", nullable=False))
        lote.add_column(sa.Column("anuladas", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("problema") as problema:
        problema.add_column(sa.Column("al_registrar", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("relacion") as relacion:
        relacion.add_column(sa.Column("anulada_en", sa.DateTime(), nullable=True))
        relacion.create_check_constraint("anulada", "anulada_en is null or salida is null")
        relacion.drop_index("uq_relacion_abierta")
    columns = ["empleador_id", "cedula", "sucursal"]
    open_ones = {"sqlite_where": ABIERTA, "postgresql_where": ABIERTA}
    op.create_index("uq_relacion_abierta", "relacion", columns, unique=True, **open_ones)
    with op.batch_alter_table("novedad") as novedad:
        novedad.add_column(sa.Column("anulacion_id", ID, nullable=True))
        novedad.create_foreign_key("fk_novedad_anulacion_id", "anulacion", ["anulacion_id"], ["id"])
        novedad.create_check_constraint("linea", "linea > 0")
        novedad.create_check_constraint("anulacion", "(anulada_en is null) = (anulacion_id is null)")
        novedad.drop_index("ix_novedad_trabajador")
        novedad.drop_index("uq_novedad_sueldo")
    paid = {"sqlite_where": CON_SUELDO, "postgresql_where": CON_SUELDO}
    op.create_index("uq_novedad_sueldo", "novedad", ["relacion_id", "movimiento", "periodo"], unique=True, **paid)
    ends = {"sqlite_where": EXTREMO, "postgresql_where": EXTREMO}
    op.create_index("uq_novedad_extremo", "novedad", ["relacion_id", "movimiento"], unique=True, **ends)
    op.create_index("ix_novedad_relacion", "novedad", ["relacion_id", "periodo", "movimiento", "anulada_en"])


REGISTERED = (
    "id, lote_id, linea, empleador_id, movimiento, sucursal, periodo, cedula, clave, relacion_id, valor, datos"
)


def _refuse_changes() -> None:
    """What is registered is never deleted, and never changed but to be annulled, once."""
    if op.get_bind().dialect.name == "sqlite":
        raised = "begin select raise(abort, 'una novedad registrada no se borra ni se cambia'); end"
        op.execute(f"create trigger novedad_no_se_borra before delete on novedad {raised}")
        op.execute(f"create trigger novedad_no_se_cambia before update of {REGISTERED} on novedad {raised}")
        op.execute(
            "create trigger novedad_anulada_queda before update on novedad "
            f"when old.anulada_en is not null {raised}"
        )
        return
    op.execute(
        "create function novedad_intacta() returns trigger language plpgsql as "
        "$$ begin raise exception 'una novedad registrada no se borra ni se cambia'; end $$"
    )
    run = "execute function novedad_intacta()"
    op.execute(f"create trigger novedad_no_se_borra before delete or truncate on novedad for each statement {run}")
    op.execute(f"create trigger novedad_no_se_cambia before update of {REGISTERED} on novedad for each statement {run}")
    op.execute(
        "create trigger novedad_anulada_queda before update on novedad for each row "
        f"when (old.anulada_en is not null) {run}"
    )


def _fill_summary() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    month = "cast(strftime('%Y%m', {}) as integer)" if sqlite else "cast(to_char({}, 'YYYYMM') as integer)"
    entered = month.format("r.ingreso")
    left = month.format("date(r.salida, '+1 day')" if sqlite else "r.salida + 1")
    by_time = "partition by n.relacion_id order by n.movimiento, n.periodo"
    op.execute(
        f"""
        insert into resumen_mes (empleador_id, sucursal, periodo, personas, planilla)
        with sueldo as (
            select n.relacion_id, n.empleador_id, n.sucursal, n.movimiento, n.periodo, n.valor,
                n.valor - coalesce(lag(n.valor) over ({by_time}), 0) as cambio,
                row_number() over (partition by n.relacion_id order by n.movimiento desc, n.periodo desc) as desde_el_fin
            from novedad n where n.movimiento in ('ENT', 'MSU') and n.anulada_en is null
        ), cambio as (
            select r.empleador_id, r.sucursal, {entered} as periodo, 1 as personas, 0 as planilla from relacion r
            union all
            select r.empleador_id, r.sucursal, {left}, -1, 0 from relacion r where r.salida is not null
            union all
            select s.empleador_id, s.sucursal, case when s.movimiento = 'ENT' then {entered} else s.periodo end, 0, s.cambio
            from sueldo s join relacion r on r.id = s.relacion_id
            union all
            select s.empleador_id, s.sucursal, {left}, 0, -s.valor
            from sueldo s join relacion r on r.id = s.relacion_id where r.salida is not null and s.desde_el_fin = 1
        )
        select empleador_id, sucursal, periodo, sum(personas), sum(planilla)
        from cambio group by empleador_id, sucursal, periodo
        """
    )


def downgrade() -> None:
    raise NotImplementedError("Annulments are facts: a database that may hold them is not taken back.")
