"""The root of the one family of errors; each message is a sentence that says what to do."""


class DalilError(Exception):
    """Base of every error a user can act on; the message needs no traceback."""


class ModelUnavailableError(DalilError):
    """An embedding model that cannot be found, unpacked or loaded."""
