"""Forms: for whom they were opened, and what was typed into them when they are refused."""
