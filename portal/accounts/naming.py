"""Short ways to write rights of the desk."""


def rights(verbs: str, app: str, *nouns: str) -> frozenset[str]:
    """`rights("add change", "services", "step")` is services.add_step and services.change_step."""
    return frozenset(f"{app}.{verb}_{noun}" for verb in verbs.split() for noun in nouns)


def named(*codenames: str) -> frozenset[str]:
    return frozenset(codenames)
