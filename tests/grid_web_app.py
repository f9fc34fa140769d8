"""The permission grid of the installed app: everybody gets the same manifest, worker and pages."""

from tests.grid_rules import Rule, public

WEB_APP: dict[str, Rule] = {name: public() for name in ("manifest", "worker", "offline", "install")}
