"""Files that come in parts; and the token by which anyone who has it reads the counts of a lote."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EN_CURSO = sa.text("terminada_en is null")
RANDOM = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "replace(gen_random_uuid()::text, '-', '')"}


def upgrade() -> None:
    _new_tables()
    op.add_column("lote", sa.Column("seguimiento", sa.String(), nullable=False, server_default=""))
    op.execute("update lote set seguimiento = " + RANDOM[op.get_bind().dialect.name])
    op.create_index("uq_lote_seguimiento", "lote", ["seguimiento"], unique=True)


def _new_tables() -> None:
    op.create_table(
        "subida",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("empleador_id", ID, nullable=False),
        sa.Column("cuenta_id", ID, nullable=False),
        sa.Column("movimiento", sa.String(), nullable=False),
        sa.Column("nombre", sa.String(), nullable=False),
        sa.Column("registrar_automaticamente", sa.Boolean(), nullable=False),
        sa.Column("comprimida", sa.Boolean(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("recibidos", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("creada_en", sa.DateTime(), nullable=False),
        sa.Column("movida_en", sa.DateTime(), nullable=False),
        sa.Column("vence_en", sa.DateTime(), nullable=False),
        sa.Column("destino", sa.String(), nullable=True),
        sa.Column("terminada_en", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["cuenta_id"], ["cuenta.id"], name="fk_subida_cuenta_id"),
        sa.ForeignKeyConstraint(["empleador_id"], ["empleador.id"], name="fk_subida_empleador_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subida"),
        sa.UniqueConstraint("token", name="uq_subida_token"),
    )
    op.create_index("ix_subida_empleador_id", "subida", ["empleador_id"])
    op.create_index("ix_subida_vence_en", "subida", ["vence_en"])
    op.create_index(
        "uq_subida_en_curso",
        "subida",
        ["empleador_id", "movimiento", "sha256", "bytes"],
        unique=True,
        sqlite_where=EN_CURSO,
        postgresql_where=EN_CURSO,
    )
    op.create_table(
        "subida_parte",
        sa.Column("subida_id", ID, autoincrement=False, nullable=False),
        sa.Column("desde", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("datos", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subida_id"], ["subida.id"], name="fk_subida_parte_subida_id"),
        sa.PrimaryKeyConstraint("subida_id", "desde", name="pk_subida_parte"),
    )
