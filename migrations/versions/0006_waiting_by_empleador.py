"""What of one empleador waits to be worked on is found by an index of its own, not among all it ever sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PENDIENTE = sa.text("estado in ('recibido','en_cola','revisando','registrando','fallido')")


def upgrade() -> None:
    op.create_index(
        "ix_lote_pendiente_empleador",
        "lote",
        ["empleador_id", "id"],
        sqlite_where=PENDIENTE,
        postgresql_where=PENDIENTE,
    )
