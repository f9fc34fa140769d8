"""Whether the portal behind a socket file is ready: smoke.py SOCKET SECONDS. Needs nothing but Python.

Exit code 0 as soon as /readyz says yes and the home page comes, 1 when it has not within SECONDS.
"""

import socket
import sys
import time
from http.client import HTTPConnection, HTTPException


class OnSocketFile(HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def said(path: str, address: str, timeout: float) -> tuple[int, bytes]:
    connection = OnSocketFile(path, timeout)
    try:
        # As nginx would ask; which host names the portal answers to is not this program's to know.
        connection.request("GET", address, headers={"X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read(2000)
    finally:
        connection.close()


def main(path: str, seconds: float) -> int:
    until = time.monotonic() + seconds
    latest = "nothing"
    while time.monotonic() < until:
        try:
            status, body = said(path, "/readyz", max(1.0, until - time.monotonic()))
            latest = f"{status} {body.decode(errors='replace').strip()}"
            # 400: the portal answers, though not to the name localhost.
            if status == 200 and said(path, "/", max(1.0, until - time.monotonic()))[0] in {200, 400}:
                return 0
        except (OSError, HTTPException) as problem:
            latest = f"{type(problem).__name__}: {problem}"
        time.sleep(0.5)
    print(f"Not ready after {seconds:.0f} seconds; the last answer was: {latest}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
