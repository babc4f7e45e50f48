"""Further wrong changes: days, conditions, queries and logs at their edges."""

from tests.mutants.places import Change, of

D = "deployments/domain"

FURTHER: list[Change] = [
    # --- Days that would do, holds, numbers and terms on their first day ------------------------------------------
    *of(
        "edges",
        f"{D}/tours/new_days.py",
        ("_without_room", "since - ONE_DAY", "since"),
        ("_without_room", "length=1", "length=2"),
        ("is_extension", "self.days.first_day > self.current.last_day", "self.days.first_day >= self.current.last_day"),
        ("is_extension", "self.current is None or self.days.first_day > self.current.last_day", "self.current is None"),
        ("is_extension", "self.current.last_day + ONE_DAY]", "self.new_days[0].first_day]"),
        ("other_tours", "others.exclude(pk=self.current.pk) if self.current else others", "others"),
        ("is_lapsed", "tour.state == DeploymentState.RESERVED and ", ""),
    ),
    *of(
        "edges",
        "deployments/daily/reminders.py",
        ("holds_lapsing", "range=(today,", "range=(today + datetime.timedelta(days=1),"),
        ("", "HOLD_WARNING_DAYS = 3", "HOLD_WARNING_DAYS = 2"),
    ),
    *of(
        "edges",
        "deployments/limits/levels.py",
        ("_tours_of", "last_day__gte=since", "last_day__gt=since"),
        ("_days_by", "last_day__gte=since", "last_day__gt=since"),
        ("level_reaching", "last_day__gte=since", "last_day__gt=since"),
    ),
    *of("edges", "missions/models/versions.py", ("on", "effective_from__lte=day", "effective_from__lt=day")),
    *of(
        "edges",
        f"{D}/applications/own.py",
        ("revise", "_require_taking(application.posting, now)", "application.posting.pk"),
    ),
]
