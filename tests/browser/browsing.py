"""What the tests with a browser share with their fixtures."""

PATIENCE = 90.0  # seconds; far more than needed, for computers that do a lot beside


def is_foreign(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))
