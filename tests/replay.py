"""Every page asked for through nginx by several people in turn, to find out what one gets of another's."""

from dataclasses import dataclass, field

from tests.deployed import Front, Said

# Words of nginx for an answer that was not made for this request.
KEPT_FOR_OTHERS = {"HIT", "STALE", "UPDATING", "REVALIDATED"}
NOBODY = ""


@dataclass
class Replay:
    """What was found: `shared` are the bytes that were private to one and given to another."""

    requests: int = 0
    from_the_cache: int = 0
    shared: int = 0
    faults: list[str] = field(default_factory=list)

    def note(self, address: str, cookie: str, said: Said) -> None:
        self.requests += 1
        if said.kept not in KEPT_FOR_OTHERS:
            return
        self.from_the_cache += 1
        words = said.headers.get("cache-control", "")
        is_public = words.startswith("public, ") and "set-cookie" not in said.headers
        if not is_public or cookie:
            self.shared += len(said.body)
            self.faults.append(f"{address}: {said.kept} for {cookie or 'nobody'}; {words}")


def replay(nginx: Front, addresses: list[str], cookies: list[str]) -> Replay:
    """Each address by each person and then by nobody, twice over."""
    found = Replay()
    for address in addresses:
        for _round in range(2):
            for cookie in [*cookies, NOBODY]:
                found.note(address, cookie, nginx.ask_bare(address, **({"Cookie": cookie} if cookie else {})))
    return found
