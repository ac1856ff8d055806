"""What support may see and do. Every look is recorded."""
