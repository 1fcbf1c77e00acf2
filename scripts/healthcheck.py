"""Ends with 0 if the web server in this container answers at /halsa/ (which asks the database)."""

import os
import sys
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0]
request = urllib.request.Request("http://127.0.0.1:8000/halsa/", headers={"Host": host})
try:
    with urllib.request.urlopen(request, timeout=4) as response:  # noqa: S310
        sys.exit(response.status != 200)
except OSError as error:
    sys.exit(f"/halsa/ does not answer: {error}")
