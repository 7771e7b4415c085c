//! Times and numbers in words.

use chrono::{DateTime, TimeDelta, Utc};
use task_schedule::Zone;

/// Returns an instant as the clocks of a zone show it, to the second.
pub(super) fn instant(zone: Zone, t: DateTime<Utc>) -> String {
    // Half a second more, so that a clock that was read a moment ago makes no 29 of 30.
    let rounded = t.checked_add_signed(TimeDelta::milliseconds(500));
    let local = zone.local(rounded.unwrap_or(t));
    local.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Returns how far `t` is from `now`: "in 2 hours 5 minutes", "now", "3 days ago".
pub(super) fn from_now(now: DateTime<Utc>, t: DateTime<Utc>) -> String {
    let between = t - now;
    let span = span(between.abs());
    match span {
        None => "now".to_owned(),
        Some(span) if between > TimeDelta::zero() => format!("in {span}"),
        Some(span) => format!("{span} ago"),
    }
}

/// Returns a number of things.
pub(super) fn count(n: u64, thing: &str) -> String {
    match n {
        1 => format!("1 {thing}"),
        n => format!("{n} {thing}s"),
    }
}

/// Returns a span in its largest unit, and in the next one if there is something of
/// it; `None` for less than half a second.
fn span(span: TimeDelta) -> Option<String> {
    const UNITS: [(u64, &str); 4] = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let rounded = span.checked_add(&TimeDelta::milliseconds(500));
    let seconds = rounded.unwrap_or(span).num_seconds().unsigned_abs();
    let first = UNITS.iter().position(|(unit, _)| *unit <= seconds)?;
    let (unit, name) = UNITS[first];
    let mut text = count(seconds / unit, name);
    if let Some((smaller, name)) = UNITS.get(first + 1) {
        let rest = seconds % unit / smaller;
        if rest > 0 {
            text = format!("{text} {}", count(rest, name));
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use task_schedule::Zone;

    use super::{from_now, instant};

    #[track_caller]
    fn check(millis: i64, expected: &str) {
        let now = DateTime::UNIX_EPOCH;
        let then = now + TimeDelta::milliseconds(millis);
        assert_eq!(from_now(now, then), expected, "{millis} ms");
    }

    #[test]
    fn a_distance_is_said_in_its_two_largest_units() {
        const SECOND: i64 = 1_000;
        const MINUTE: i64 = 60 * SECOND;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        check(0, "now");
        check(499, "now");
        check(-499, "now");
        check(500, "in 1 second");
        check(-SECOND, "1 second ago");
        check(59 * SECOND, "in 59 seconds");
        check(MINUTE, "in 1 minute");
        check(5 * MINUTE - 1, "in 5 minutes"); // The clock was read a moment ago.
        check(5 * MINUTE + 30 * SECOND, "in 5 minutes 30 seconds");
        check(2 * HOUR + 5 * MINUTE, "in 2 hours 5 minutes");
        check(2 * HOUR + 5 * SECOND, "in 2 hours"); // Not the next unit but one.
        check(DAY - 1, "in 1 day");
        check(3 * DAY, "in 3 days");
        check(3 * DAY + HOUR, "in 3 days 1 hour");
        check(400 * DAY, "in 400 days");
        check(-(DAY + 2 * HOUR), "1 day 2 hours ago");
    }

    #[test]
    fn the_ends_of_time_overflow_nothing() {
        let (min, max) = (
            DateTime::<chrono::Utc>::MIN_UTC,
            DateTime::<chrono::Utc>::MAX_UTC,
        );
        assert!(from_now(min, max).starts_with("in 191"));
        assert!(from_now(max, min).ends_with(" ago"));
        assert!(instant(Zone::UTC, max).starts_with("+262142-12-31"));
    }

    #[test]
    fn an_instant_is_shown_to_the_nearest_second() {
        let t = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(29_999);
        assert_eq!(instant(Zone::UTC, t), "1970-01-01 00:00:30");
    }
}
