"""Random campaigns as they grow, as documents, with what anybody knows of how their numbers hang together."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from portal.evaluation.documents import Document, Figure, Row, Table
from tests.solving import Solver, minus, plus

SEX, AGE, AREA = (
    ("women", "men", ""),
    ("child", "teen", "adult", "elderly", ""),
    ("rw-01", "rw-02", "rw-03", "rw-04"),
)
OUTCOMES = ("met", "not_home", "refused", "empty", "return")
ANSWERS, LATER = ("1", "2", "3", "4"), ("used", "tried", "not_yet", "no_need")
BY = {"came_by_sex": ("sex", SEX), "came_by_age": ("age", AGE)}
TURNS = ("rose", "stayed", "fell")
Counts = Counter[tuple[str, ...]]


def grown(chance: Random, counts: Counts) -> Counts:
    """The same with some more people, homes and answers; sometimes one is corrected to something else."""
    now = Counter(counts)
    pull = chance.choice((0.3, 0.6, 0.95))

    def one_of(keys: tuple[str, ...]) -> str:
        return keys[0] if chance.random() < pull else chance.choice(keys)

    for _person in range(chance.choice((0, 1, 3, 8, 20))):
        for table, (_dimension, keys) in BY.items():
            now[table, one_of(keys)] += 1
        now["came",] += 1
        now["walk_ins" if chance.random() < 0.2 else "expected",] += 1
    now["registered",] = max(now["registered",], now["expected",] + chance.choice((0, 1, 6)))
    for _home in range(chance.choice((0, 2, 6, 15))):
        now["visit", one_of(AREA), one_of(OUTCOMES)] += 1
    for _answer in range(chance.choice((0, 1, 5, 12))):
        now["usefulness_answers", one_of(ANSWERS[::-1])] += 1
    for _answer in range(chance.choice((0, 1, 7))):
        now["later_use", one_of(LATER)] += 1
    for _pair in range(chance.choice((0, 2, 9))):
        now["pair", one_of(TURNS)] += 1
    if counts and chance.random() < 0.2 and now["came_by_sex", "women"]:
        now["came_by_sex", "women"] -= 1
        now["came_by_sex", "men"] += 1
    return now


def document(counts: Counts, day: int) -> Document:
    came, expected, registered = counts["came",], counts["expected",], counts["registered",]
    homes = {one: sum(counts["visit", area, one] for area in AREA) for one in OUTCOMES}
    answers = {one: counts["usefulness_answers", one] for one in ANSWERS}
    later = {one: counts["later_use", one] for one in LATER}
    pairs = sum(counts["pair", one] for one in TURNS)
    n, asked, good = sum(answers.values()), sum(later.values()), answers["3"] + answers["4"]

    def rate(key: str, part: int, whole: int) -> Figure:
        return Figure(key, Fraction(100 * part, whole) if whole else None, "percent", part, whole)

    figures = (
        Figure("came", came, "people"),
        Figure("registered", registered, "people"),
        Figure("walk_ins", counts["walk_ins",], "people"),
        rate("attendance_rate", came, 100),
        rate("expected_rate", expected, registered),
        Figure("homes_visited", sum(homes.values()), "homes"),
        Figure("homes_met", homes["met"], "homes"),
        Figure("homes_refused", homes["refused"], "homes"),
        Figure("rated", n, "people"),
        Figure(
            "usefulness_mean",
            Fraction(sum(int(k) * m for k, m in answers.items()), n) if n else None,
            "points",
            n=n,
        ),
        rate("usefulness_good", good, n),
        Figure("later_asked", asked, "people"),
        rate("later_used", later["used"], asked),
        *(Figure(one, counts["pair", one], "people", part=counts["pair", one], whole=pairs) for one in TURNS),
        Figure("cost_per_person", None, "rupiah", part=1000, whole=came + homes["met"]),
    )
    tables = [
        table(key, dimension, {one: counts[key, one] for one in keys})
        for key, (dimension, keys) in BY.items()
    ]
    tables += [
        table("visits_by_outcome", "outcome", homes),
        table("usefulness_answers", "answer", answers),
        table("later_use", "answer", later),
        coverage(counts),
    ]
    return Document(
        "campaign:any",
        "",
        f"2026-01-{day:02}T00:00:00+07:00",
        {one.key: one for one in figures},
        {one.key: one for one in tables},
    )


def table(key: str, dimension: str, counts: dict[str, int]) -> Table:
    rows = tuple(Row(name, (number,)) for name, number in counts.items())
    return Table(key, dimension, ("people",), rows, ("people",), Row("total", (sum(counts.values()),)))


def coverage(counts: Counts) -> Table:
    def of(area: str) -> tuple[int, int, int]:
        visits = [counts["visit", area, one] for one in OUTCOMES]
        return sum(visits), visits[0], visits[2]

    rows = [of(area) for area in AREA]
    names = ("visited", "met", "refused")
    total = Row("total", tuple(sum(column) for column in zip(*rows, strict=True)))
    lines = tuple(Row(area, one) for area, one in zip(AREA, rows, strict=True))
    return Table("coverage_by_area", "area", names, lines, names, total)


# What a reader knows --------------------------------------------------------------------------------------


def knows_how_it_adds_up(solver: Solver, day: int) -> None:
    """Sums everybody can see from what the figures are called, whatever they are."""

    def rows(key: str, names: tuple[str, ...], *column: str) -> list[tuple[object, ...]]:
        return [(day, key, name, *column) for name in names]

    for key, (_dimension, names) in BY.items():
        solver.told(minus((day, "came"), rows(key, names)), 0)
    solver.told(minus((day, "came"), [(day, "walk_ins"), (day, "expected")]), 0)
    solver.told(minus((day, "homes_visited"), rows("visits_by_outcome", OUTCOMES)), 0)
    for figure, row in (("homes_met", "met"), ("homes_refused", "refused")):
        solver.told(minus((day, figure), [(day, "visits_by_outcome", row)]), 0)
        solver.told(minus((day, figure), rows("coverage_by_area", AREA, row)), 0)
    solver.told(minus((day, "homes_visited"), rows("coverage_by_area", AREA, "visited")), 0)
    solver.told(minus((day, "rated"), rows("usefulness_answers", ANSWERS)), 0)
    solver.told(minus((day, "good"), rows("usefulness_answers", ANSWERS[2:])), 0)
    solver.told(minus((day, "later_asked"), rows("later_use", LATER)), 0)
    solver.told(minus((day, "later_used"), [(day, "later_use", "used")]), 0)
    solver.told(minus((day, "pairs"), [(day, one) for one in TURNS]), 0)


PARTS = {
    "attendance_rate": ("came", ""),
    "expected_rate": ("expected", "registered"),
    "usefulness_good": ("good", "rated"),
    "later_used": ("later_used", "later_asked"),
    "rose": ("rose", "pairs"),
    "stayed": ("stayed", "pairs"),
    "fell": ("fell", "pairs"),
}


def reads(solver: Solver, page: Document, today: int) -> None:
    """Every number of a published document; what stood still is of an earlier day."""

    def day_of(key: str) -> int:
        return int(page.words.get("stood_at", {}).get(key, f"2026-01-{today:02}")[8:10])

    for key, figure in page.figures.items():
        day = day_of(key)
        part, whole = PARTS.get(key, ("", ""))
        if figure.part is not None and part:
            solver.told(plus((day, part)), figure.part)
        if figure.whole is not None and whole:
            solver.told(plus((day, whole)), figure.whole)
        if key == "usefulness_mean" and figure.n:
            solver.told(plus((day, "rated")), figure.n)
            if figure.value is not None:
                weighed = {(day, "usefulness_answers", one): int(one) for one in ANSWERS}
                solver.told(weighed, figure.value * figure.n)
        if key == "cost_per_person" and figure.whole is not None:
            solver.told(plus((day, "came"), (day, "homes_met")), figure.whole)
        if isinstance(figure.value, int) and figure.unit != "percent":
            solver.told(plus((day, key)), figure.value)
    for key, one in page.tables.items():
        day = day_of(key)
        for column, name in enumerate(one.columns):
            of_column = (name,) if len(one.columns) > 1 or key == "coverage_by_area" else ()
            for row in one.rows:
                if row.values[column] is not None:
                    solver.told(plus((day, key, row.key, *of_column)), row.values[column])
            if one.total and one.total.values[column] is not None:
                cells = plus(*((day, key, row.key, *of_column) for row in one.rows))
                solver.told(cells, one.total.values[column])


# What a reader must not learn -----------------------------------------------------------------------------


def groups(counts: Counts, day: int) -> Iterator[tuple[dict[object, int], int]]:
    """Each group of people or homes of a day, as unknowns, with how many they are."""
    for key, (_dimension, names) in BY.items():
        yield from ((plus((day, key, name)), counts[key, name]) for name in names)
    for one in ANSWERS:
        yield plus((day, "usefulness_answers", one)), counts["usefulness_answers", one]
    for one in LATER:
        yield plus((day, "later_use", one)), counts["later_use", one]
    for one in TURNS:
        yield plus((day, one)), counts["pair", one]
    for one in OUTCOMES:
        yield plus((day, "visits_by_outcome", one)), sum(counts["visit", area, one] for area in AREA)
    for area in AREA:
        for column, outcomes in (("visited", OUTCOMES), ("met", ("met",)), ("refused", ("refused",))):
            people = sum(counts["visit", area, one] for one in outcomes)
            yield plus((day, "coverage_by_area", area, column)), people
    yield plus((day, "walk_ins")), counts["walk_ins",]
    yield plus((day, "expected")), counts["expected",]
    yield minus((day, "registered"), [(day, "expected")]), counts["registered",] - counts["expected",]


def secrets(counts: Counts, day: int, smallest: int) -> Iterator[dict[object, int]]:
    """Groups so small that nobody may learn how many they are."""
    return (parts for parts, people in groups(counts, day) if 0 < people < smallest)


def changes(then: Counts, day: int, now: Counts, today: int, smallest: int) -> Iterator[dict[object, int]]:
    """Changes between two days that are so small that they tell of somebody."""
    for (old, before), (new, after) in zip(groups(then, day), groups(now, today), strict=True):
        if 0 < abs(after - before) < smallest:
            yield {**new, **{key: -times for key, times in old.items()}}
