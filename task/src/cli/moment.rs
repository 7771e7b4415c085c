//! Moments as people write them: `2026-12-24 18:00`, `18:00`, `2h`.

use chrono::{DateTime, Utc};
use task_schedule::{Until, Zone};

/// What `--from` and `--to` take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Now,
    /// A date, a time of day, an instant, or a span.
    Given(Until),
}

impl Moment {
    /// Reads it for `clap`.
    pub(super) fn read(text: &str) -> Result<Moment, String> {
        if text.trim().eq_ignore_ascii_case("now") {
            return Ok(Moment::Now);
        }
        text.parse().map(Moment::Given).map_err(|error: task_schedule::Error| {
            // What was meant to be one of these has a mistake that can be named.
            let reason = match text.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
                true => format!("{}; ", error.reason()),
                false => String::new(),
            };
            format!(
                "{reason}expected a date and time (`2026-12-24 18:00`), a date (`2026-12-24`), a \
                 time of day (`18:00`), RFC 3339 (`2026-12-24T17:00:00Z`), a span (`2h`), or `now`"
            )
        })
    }

    /// Returns the instant, where spans and times of day are counted from
    /// `start`; `None` beyond the ends of time.
    pub(super) fn instant(
        self,
        zone: Zone,
        now: DateTime<Utc>,
        start: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        match self {
            Moment::Now => Some(now),
            Moment::Given(until) => until.limit(zone, start),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use task_schedule::Zone;

    use super::Moment;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn each_form_is_read() {
        let now = at("2026-12-01T12:00:00Z");
        let start = at("2026-12-20T06:00:00Z");
        for (text, expected) in [
            ("now", "2026-12-01T12:00:00Z"),
            ("NOW", "2026-12-01T12:00:00Z"),
            ("2026-12-24 18:00", "2026-12-24T18:00:00Z"),
            ("2026-12-24 18:00:30", "2026-12-24T18:00:30Z"),
            ("2026-12-24", "2026-12-24T00:00:00Z"),
            ("18:00", "2026-12-20T18:00:00Z"),
            ("2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00Z"),
            ("2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"),
            ("2h", "2026-12-20T08:00:00Z"),
            ("1d 12h", "2026-12-21T18:00:00Z"),
        ] {
            let moment = Moment::read(text).unwrap();
            let read = moment.instant(Zone::UTC, now, start);
            assert_eq!(read, Some(at(expected)), "{text}");
        }
    }

    #[test]
    fn what_is_none_says_what_was_expected() {
        for (text, part) in [
            ("", "expected"),
            ("tomorrow", "expected"),
            ("2 moons", "moons"),
            ("25:00", "25"),
            ("2026-13-01", "there is no date"),
            ("1h30", "`30` has no unit"),
        ] {
            let error = Moment::read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
            assert!(
                error.contains("expected a date and time"),
                "{text}: {error}"
            );
            assert!(!error.contains('\n'), "{text}: {error}");
        }
    }

    #[test]
    fn a_span_beyond_the_end_of_time_is_no_instant() {
        let moment = Moment::read("10000000 days").unwrap();
        let now = DateTime::<Utc>::MAX_UTC;
        assert_eq!(moment.instant(Zone::UTC, now, now), None);
    }
}
