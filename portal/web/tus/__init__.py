"""Files in parts by tus 1.0: requests and responses."""
