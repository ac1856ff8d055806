"""What supervisors look at and change."""
