"""A week as a digest, made by hand: a full one, and a quiet one."""

from datetime import date, timedelta

from persona.digest import Digest, Industry, Kind, Named, Week
from persona.ratings import Accuracy, Ratings

UNTIL = date(2026, 11, 23)
NOTHING = Accuracy(None, Ratings(), None, None)
QUIET_WEEK = Digest(
    until=UNTIL,
    new=Kind(),
    changed=Kind(),
    quiet=Kind(),
    wrong=Kind(),
    single=Kind(),
    contacts=59,
    with_persona=12,
    active=0,
    quality=None,
    measured=0,
    accuracy=NOTHING,
    so_far=NOTHING,
    weeks=(),
    industries=(),
)
FULL_WEEK = Digest(
    until=UNTIL,
    new=Kind((Named(1, "Jane Doe", "VP Operations, Northwind Logistics"), Named(2, "Omar Haddad", "Lab Manager")), 2),
    changed=Kind((Named(3, "Katrin Vogel", "+ 2 objections; role changed: mail of 3 October"),), 7),
    quiet=Kind((Named(4, "Deondre Wells", "silent for 34 days, longer than usual"),), 1),
    wrong=Kind((Named(1, "Jane Doe", "“Prefers the phone” is wrong"),), 1),
    single=Kind((Named(5, "<!channel> pay here", "the only one we talk to about “*Harbour*”, 3,900 EUR"),), 1),
    contacts=59,
    with_persona=24,
    active=6,
    quality=82.4,
    measured=59,
    accuracy=Accuracy(None, Ratings(5, 21), 3.6, 4.7),
    so_far=Accuracy(None, Ratings(31, 127), 3.9, 4.3),
    weeks=tuple(
        Week(UNTIL - timedelta(weeks=7 - n), written, stars, 0 if stars is None else 4, 70.0 + n)
        for n, (written, stars) in enumerate(
            [(0, None), (3, None), (9, 3.6), (4, 3.9), (6, 4.0), (2, None), (5, 4.1), (9, 4.2)]
        )
    ),
    industries=(Industry("Technology, medium (51-200)", 0.61, 22, 0.29, "starting value", 2026),),
)
