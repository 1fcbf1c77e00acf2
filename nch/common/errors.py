"""What a service refuses, told at the field that is wrong."""


class FieldError(Exception):
    """Something cannot be so; `field` names what is wrong ("" for the whole), the message says it in Swedish."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
