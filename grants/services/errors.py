"""What a service of the chain can refuse, in Swedish for the one who asked."""


class GrantError(Exception):
    """The step cannot be taken; the message says why and is fit to show."""
