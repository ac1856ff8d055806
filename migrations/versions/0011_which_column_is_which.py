"""Which column of a sheet is which field: how a lote was read, what its page asks, what was said of earlier files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("lote", sa.Column("lectura", JSON, nullable=True))
    op.add_column("lote", sa.Column("pregunta", JSON, nullable=True))
    op.create_table(
        "disposicion",
        sa.Column("empleador_id", ID, sa.ForeignKey("empleador.id"), nullable=False),
        sa.Column("movimiento", sa.String(), nullable=False),
        sa.Column("forma", sa.String(), nullable=False),
        sa.Column("columnas", JSON, nullable=False),
        sa.Column("cuenta_id", ID, sa.ForeignKey("cuenta.id"), nullable=False),
        sa.Column("en", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("empleador_id", "movimiento", "forma"),
    )
