"""A line that is registered already says which novedad it is, so that its lote, line, day and value can be shown."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("problema", sa.Column("novedad_id", sa.BigInteger(), nullable=True))
