"""What the tests with a browser share with their fixtures."""

PATIENCE = 30.0  # seconds


def is_foreign(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))
