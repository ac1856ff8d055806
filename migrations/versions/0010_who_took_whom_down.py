"""Since when work is held, which work took its worker down, when it may be tried again, how far a check once came."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("lote", "anulacion"):
        op.add_column(table, sa.Column("arriendo_desde", sa.DateTime(), nullable=True))
        op.add_column(table, sa.Column("caidas", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("reintento_en", sa.DateTime(), nullable=True))
    op.add_column("lote", sa.Column("alcanzada", sa.Integer(), nullable=False, server_default="0"))
