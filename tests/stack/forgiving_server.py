"""The web server of the service, which answers any number of wrong keys with 401, never with 429.

Schemathesis sends hundreds of wrong keys and checks that each is refused as one.
tests/service/test_tokens.py tests the limit.
"""

from __future__ import annotations

from service.access import tokens
from service.server.__main__ import main

if __name__ == "__main__":
    tokens.BY_ADDRESS = tokens.IN_ALL = tokens.Allowance(at_once=1_000_000, every_s=1.0)
    main()
