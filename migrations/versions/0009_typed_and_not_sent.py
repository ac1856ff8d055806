"""What was typed into a form that was not taken, to be given back to its account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "escrito",
        sa.Column("cuenta_id", ID, sa.ForeignKey("cuenta.id"), nullable=False),
        sa.Column("ruta", sa.String(), nullable=False),
        sa.Column("pagina", sa.String(), nullable=False),
        sa.Column("campos", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("en", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("cuenta_id", "ruta"),
    )
