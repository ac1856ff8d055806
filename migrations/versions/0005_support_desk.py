"""The support desk: calls and guided views, attentions, complaints, the trail of the staff, second factors, wordings.

Looks of the staff that were written into `bitacora` go over to the trail, with its chain.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
#: tables whose rows are only added
KEPT = {"rastro": "el rastro no se borra ni se cambia", "texto_diccionario": "los textos anteriores no se borran"}


def upgrade() -> None:
    _calls()
    _trail()
    _complaints()
    _staff()
    for table, why in KEPT.items():
        _only_add(table, why)
    _move_looks()
    _end_visits_of_staff()


def _only(where: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def _calls() -> None:
    op.create_table(
        "llamada",
        sa.Column("id", ID, nullable=False),
        sa.Column("cuenta_id", ID, nullable=False),
        sa.Column("empleador_id", ID, nullable=False),
        sa.Column("semilla", sa.String(), nullable=False),
        sa.Column("huella", sa.String(), nullable=True),
        sa.Column("pedida_en", sa.DateTime(), nullable=False),
        sa.Column("vence_en", sa.DateTime(), nullable=False),
        sa.Column("agente_id", ID, nullable=True),
        sa.Column("atendida_en", sa.DateTime(), nullable=True),
        sa.Column("terminada_en", sa.DateTime(), nullable=True),
        sa.Column("termino", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pagina", sa.String(), nullable=True),
        sa.Column("lote_id", ID, nullable=True),
        sa.Column("permiso_en", sa.DateTime(), nullable=True),
        sa.Column("marca_linea", sa.Integer(), nullable=True),
        sa.Column("marca_campo", sa.String(), nullable=True),
        sa.CheckConstraint(
            "termino in ('tiempo', 'empleador', 'agente', 'otro_codigo', 'salida')", name=op.f("ck_llamada_termino")
        ),
        sa.CheckConstraint("(terminada_en is null) = (termino is null)", name=op.f("ck_llamada_terminada")),
        _to("llamada", "cuenta_id", "cuenta"),
        _to("llamada", "empleador_id", "empleador"),
        _to("llamada", "agente_id", "cuenta"),
        _to("llamada", "lote_id", "lote"),
        sa.PrimaryKeyConstraint("id", name="pk_llamada"),
        sa.UniqueConstraint("huella", name="uq_llamada_huella"),
    )
    op.create_index("ix_llamada_vence_en", "llamada", ["vence_en"], **_only("terminada_en is null"))
    op.create_index("ix_llamada_agente_id", "llamada", ["agente_id"], **_only("terminada_en is null"))
    with op.batch_alter_table("sesion") as sesion:
        sesion.add_column(sa.Column("llamada_id", ID, nullable=True))
        sesion.create_foreign_key("fk_sesion_llamada_id", "llamada", ["llamada_id"], ["id"])
        sesion.create_index("ix_sesion_llamada_id", ["llamada_id"])
    op.create_table(
        "atencion",
        sa.Column("id", ID, nullable=False),
        sa.Column("cuenta_id", ID, nullable=False),
        sa.Column("empezada_en", sa.DateTime(), nullable=False),
        sa.Column("colgada_en", sa.DateTime(), nullable=True),
        sa.Column("resuelta_en", sa.DateTime(), nullable=True),
        sa.Column("resuelta_por", ID, nullable=True),
        sa.Column("estado", sa.String(), nullable=False),
        sa.Column("motivo", sa.String(), nullable=True),
        sa.Column("codigo", sa.String(), nullable=True),
        sa.Column("nota", sa.String(), nullable=False, server_default=""),
        sa.Column("lote_id", ID, nullable=True),
        sa.Column("empleador_id", ID, nullable=True),
        sa.Column("llamada_id", ID, nullable=True),
        sa.CheckConstraint(
            "estado in ('en_curso', 'abierta', 'escalada', 'resuelta')", name=op.f("ck_atencion_estado")
        ),
        _to("atencion", "cuenta_id", "cuenta"),
        _to("atencion", "resuelta_por", "cuenta"),
        _to("atencion", "lote_id", "lote"),
        _to("atencion", "empleador_id", "empleador"),
        _to("atencion", "llamada_id", "llamada"),
        sa.PrimaryKeyConstraint("id", name="pk_atencion"),
        sa.UniqueConstraint("llamada_id", name="uq_atencion_llamada_id"),
    )
    op.create_index("ix_atencion_por_resolver", "atencion", ["estado"], **_only("estado <> 'resuelta'"))
    op.create_index("ix_atencion_empezada_en", "atencion", ["empezada_en"])


def _trail() -> None:
    op.create_table(
        "rastro",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("en", sa.DateTime(), nullable=False),
        sa.Column("que", sa.String(), nullable=False),
        sa.Column("cuenta_id", ID, nullable=False),
        sa.Column("motivo", sa.String(), nullable=False),
        sa.Column("empleador_id", ID, nullable=True),
        sa.Column("lote_id", ID, nullable=True),
        sa.Column("llamada_id", ID, nullable=True),
        sa.Column("detalle", sa.String(), nullable=False),
        sa.Column("anterior", sa.String(), nullable=False),
        sa.Column("huella", sa.String(), nullable=False),
        _to("rastro", "cuenta_id", "cuenta"),
        _to("rastro", "empleador_id", "empleador"),
        _to("rastro", "lote_id", "lote"),
        _to("rastro", "llamada_id", "llamada"),
        sa.PrimaryKeyConstraint("id", name="pk_rastro"),
        sa.UniqueConstraint("anterior", name="uq_rastro_anterior"),
    )
    op.create_index("ix_rastro_empleador_id", "rastro", ["empleador_id", "id"])
    op.create_index("ix_rastro_cuenta_id", "rastro", ["cuenta_id", "en"])


def _complaints() -> None:
    op.create_table(
        "queja",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("creada_en", sa.DateTime(), nullable=False),
        sa.Column("vence", sa.Date(), nullable=False),
        sa.Column("texto", sa.String(), nullable=False),
        sa.Column("contacto", sa.String(), nullable=False, server_default=""),
        sa.Column("cuenta_id", ID, nullable=True),
        sa.Column("empleador_id", ID, nullable=True),
        sa.Column("lote_id", ID, nullable=True),
        sa.Column("respuesta", sa.String(), nullable=True),
        sa.Column("respondida_en", sa.DateTime(), nullable=True),
        sa.Column("respondida_por", ID, nullable=True),
        _to("queja", "cuenta_id", "cuenta"),
        _to("queja", "empleador_id", "empleador"),
        _to("queja", "lote_id", "lote"),
        _to("queja", "respondida_por", "cuenta"),
        sa.PrimaryKeyConstraint("id", name="pk_queja"),
        sa.UniqueConstraint("token", name="uq_queja_token"),
    )
    op.create_index("ix_queja_creada_en", "queja", ["creada_en"])
    op.create_index("ix_queja_vence", "queja", ["vence"], **_only("respondida_en is null"))
    op.create_index("ix_queja_cuenta_id", "queja", ["cuenta_id"])
    op.create_table(
        "cifra_mensual",
        sa.Column("periodo", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calculada_en", sa.DateTime(), nullable=False),
        sa.Column("datos", JSON, nullable=False),
        sa.PrimaryKeyConstraint("periodo", name="pk_cifra_mensual"),
    )
    op.create_index("ix_lote_recibido_en", "lote", ["recibido_en"])  # the lotes of a month


def _staff() -> None:
    op.create_table(
        "segundo_factor",
        sa.Column("cuenta_id", ID, autoincrement=False, nullable=False),
        sa.Column("semilla", sa.String(), nullable=False),
        sa.Column("activado_en", sa.DateTime(), nullable=True),
        sa.Column("ultimo_paso", sa.Integer(), nullable=False, server_default="0"),
        _to("segundo_factor", "cuenta_id", "cuenta"),
        sa.PrimaryKeyConstraint("cuenta_id", name="pk_segundo_factor"),
    )
    op.create_table(
        "codigo_recuperacion",
        sa.Column("id", ID, nullable=False),
        sa.Column("cuenta_id", ID, nullable=False),
        sa.Column("huella", sa.String(), nullable=False),
        sa.Column("usado_en", sa.DateTime(), nullable=True),
        _to("codigo_recuperacion", "cuenta_id", "cuenta"),
        sa.PrimaryKeyConstraint("id", name="pk_codigo_recuperacion"),
    )
    op.create_index("ix_codigo_recuperacion_cuenta_id", "codigo_recuperacion", ["cuenta_id"])
    op.create_table(
        "texto_diccionario",
        sa.Column("id", ID, nullable=False),
        sa.Column("codigo", sa.String(), nullable=False),
        sa.Column("parte", sa.String(), nullable=False),
        sa.Column("texto", sa.String(), nullable=True),
        sa.Column("en", sa.DateTime(), nullable=False),
        sa.Column("cuenta_id", ID, nullable=False),
        sa.Column("motivo", sa.String(), nullable=False),
        _to("texto_diccionario", "cuenta_id", "cuenta"),
        sa.PrimaryKeyConstraint("id", name="pk_texto_diccionario"),
    )
    op.create_index("ix_texto_diccionario_codigo", "texto_diccionario", ["codigo", "parte", "id"])


def _only_add(table: str, why: str) -> None:
    """The database refuses whatever is not a new row; on SQLite REPLACE too, by recursive_triggers (portal.db)."""
    if op.get_bind().dialect.name == "sqlite":
        raised = f"begin select raise(abort, '{why}'); end"
        op.execute(f"create trigger {table}_no_se_borra before delete on {table} {raised}")
        op.execute(f"create trigger {table}_no_se_cambia before update on {table} {raised}")
        return
    op.execute(
        f"create function {table}_intacto() returns trigger language plpgsql as "
        f"$$ begin raise exception '{why}'; end $$"
    )
    events = "before update or delete or truncate"
    op.execute(f"create trigger {table}_no_se_cambia {events} on {table} for each statement execute function "
               f"{table}_intacto()")  # fmt: skip


def _move_looks() -> None:
    """By the same arithmetic as soporte/rastro/rastro.py."""
    bind, anterior = op.get_bind(), "0" * 64
    looks = sa.text(
        "select en, cuenta_id, empleador_id, lote_id from bitacora where que = 'soporte_ve_lote' "
        "and cuenta_id is not null order by id"
    ).columns(en=sa.DateTime())
    rows = bind.execute(looks).all()
    insert = sa.text(
        "insert into rastro (id, en, que, cuenta_id, motivo, empleador_id, lote_id, llamada_id, detalle, anterior, "
        "huella) values (:id, :en, 've_lote', :cuenta_id, 'otra', :empleador_id, :lote_id, null, '', :anterior, :huella)"
    ).bindparams(sa.bindparam("en", type_=sa.DateTime()))
    for number, row in enumerate(rows, start=1):
        said = [number, row.en.isoformat(timespec="microseconds"), "ve_lote", row.cuenta_id, "otra"]
        said += [row.empleador_id, row.lote_id, None, "", anterior]
        huella = hashlib.sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
        bind.execute(insert, {"id": number, "anterior": anterior, "huella": huella, **row._mapping})
        anterior = huella
    op.execute("delete from bitacora where que = 'soporte_ve_lote' and cuenta_id is not null")


def _end_visits_of_staff() -> None:
    """They were opened by a key alone; from now on staff come in by a second factor too."""
    op.execute(
        "update sesion set cerrada_en = vista_en where cerrada_en is null "
        "and cuenta_id in (select id from cuenta where rol <> 'empleador')"
    )
