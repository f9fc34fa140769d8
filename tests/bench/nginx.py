"""The minute's pages of nginx beside the store of the application, and what two roles get of each other through it."""

from tests.bench.load import Target, ask
from tests.bench.report import Figure
from tests.bench.server import BROWSER, Contender, a_service
from tests.bench.staff import staff_of
from tests.bench.world import PORTAL, server
from tests.deployed import front, web_service
from tests.replay import replay

ROUNDS = 4
TIMES_FASTER = 5.0


def figures(environment: dict[str, str]) -> list[Figure]:
    staff = staff_of(environment)
    with (
        front() as nginx,
        web_service(nginx.socket_path, environment),
        server(PORTAL, environment) as (port, portal),
    ):
        found = []
        for name, path in (("Catalogue list", "/layanan/"), ("Service page", a_service(port))):
            store = Contender(f"{name} from the store", Target(port, path, BROWSER), portal)
            kept = Contender(
                f"{name} from nginx", Target(nginx.bare, path, BROWSER), nginx.process.pid, TIMES_FASTER
            )
            warm_up(store, kept)
            for _ in range(ROUNDS):
                store.run()
                kept.run()
            found += [store.figure(store), kept.figure(store)]
        roles = [staff["cookies"][role] for role in ("administrator", "clerk")]
        shared = replay(nginx, staff["addresses"], roles)
        found.append(
            Figure(
                name=f"Two roles and nobody at {len(staff['addresses'])} addresses, {shared.requests} requests",
                measured=f"{shared.shared} private bytes shared, {shared.from_the_cache} answers from the cache",
                target="0",
                is_met=shared.shared == 0 and shared.from_the_cache > 0,
            )
        )
    return found


def warm_up(store: Contender, kept: Contender) -> None:
    """What is measured must be what it says it is."""
    for contender in (store, kept):
        for _ in range(8):
            answer = ask(contender.target)
        if answer.status != 200 or answer.headers.get("content-encoding") != "br":
            raise RuntimeError(f"{contender.name}: {answer}")
    if answer.headers.get("x-cache") != "HIT":
        raise RuntimeError(f"nginx did not keep {kept.target.path}: {answer.headers}")
