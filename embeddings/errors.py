"""Errors of this package; each message is a sentence that says what to do."""


class ModelUnavailableError(Exception):
    """An embedding model that cannot be found, unpacked or loaded."""
