"""Files in parts by tus 1.0: what a request says, and what it is answered."""
