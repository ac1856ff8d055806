"""Why a lote does not register by itself, or not at all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lote", sa.Column("a_mano", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True))
