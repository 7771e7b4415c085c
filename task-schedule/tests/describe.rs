//! What a schedule is for people.

use task_schedule::Schedule;

#[rustfmt::skip]
const DESCRIBED: &[(&str, &str)] = &[
    ("30s", "Every 30 seconds"),
    ("1s", "Every second"),
    ("60s", "Every minute"),
    ("1h", "Every hour"),
    ("1h 30m", "Every 1 hour 30 minutes"),
    ("1500ms", "Every 1 second 500 milliseconds"),
    ("24h", "Every 24 hours"),
    ("5m aligned", "Every 5 minutes, on multiples of 5 minutes"),
    ("1h aligned", "Every hour, on multiples of 1 hour"),
    ("5s to 10s", "Every 5 to 10 seconds, at random"),
    ("1s to 1m", "Every 1 second to 1 minute, at random"),
    ("1m 30s to 2m", "Every 1 minute 30 seconds to 2 minutes, at random"),
    ("day", "Every day"),
    ("3 days", "Every 3 days"),
    ("2 weeks", "Every 2 weeks"),
    ("5 to 10 days", "Every 5 to 10 days, at random"),
    ("day at 10:30 in UTC", "Every day at 10:30 (UTC)"),
    ("3 days at 10:30:15", "Every 3 days at 10:30:15"),
    ("mon-fri at 09:00 in local", "At 09:00, Monday to Friday (local)"),
    ("mon-fri", "Every day from Monday to Friday"),
    ("monday", "Every Monday"),
    ("monday at 09:00", "At 09:00 every Monday"),
    ("mon, wed and fri at 09:00", "At 09:00 every Monday, Wednesday and Friday"),
    ("weekend at 11:00", "At 11:00 every Saturday and Sunday"),
    ("hour at :15", "Every hour, at minute 15"),
    ("2 hours at :15:30", "Every 2 hours, at minute 15 and second 30"),
    ("1 to 4 hours at :05", "Every 1 to 4 hours, at minute 5, at random"),
    ("minute at :30", "Every minute, at second 30"),
    ("5 minutes at :00", "Every 5 minutes, at second 0"),
    ("delay 30s", "30 seconds after the last run ended"),
    ("delay 5 to 10 seconds", "5 to 10 seconds after the last run ended, at random"),
    ("at 2026-12-24 18:00 in UTC", "Once, on 2026-12-24 at 18:00 (UTC)"),
    ("at 2026-12-24T18:00:30+01:00", "Once, on 2026-12-24 at 17:00:30 UTC"),
    ("30s for 1h", "Every 30 seconds, for 1 hour"),
    ("30s until 18:00 in UTC", "Every 30 seconds, until 18:00 on the first day (UTC)"),
    ("day at 10:30 until 2026-12-24 18:00 in UTC", "Every day at 10:30 (UTC), until 2026-12-24 at 18:00"),
    ("10m between 09:00 and 17:00 on mon-fri in UTC", "Every 10 minutes, from 09:00 to 17:00, Monday to Friday (UTC)"),
    ("5s to 10s between 22:00 and 06:00", "Every 5 to 10 seconds, at random, from 22:00 to 06:00"),
    ("delay 30s on weekend in UTC", "30 seconds after the last run ended, Saturday and Sunday (UTC)"),
    ("3 days at 10:30 on mon, wed-fri for 24h", "Every 3 days at 10:30, Monday and Wednesday to Friday, for 24 hours"),
    ("day at 02:30 gap after fold first", "Every day at 02:30"),
    ("day at 02:30 gap skip in UTC", "Every day at 02:30, skipped when the clock is set forward over it (UTC)"),
    ("day at 02:30 gap shift", "Every day at 02:30, as much later when the clock is set forward over it"),
    ("day at 02:30 fold last", "Every day at 02:30, the second time when the clock is set back over it"),
    ("mon-fri at 02:30 fold both", "At 02:30, Monday to Friday, both times when the clock is set back over it"),
    ("delay 30s until 2026-12-24T18:00Z", "30 seconds after the last run ended, until 2026-12-24 at 18:00 UTC"),
];

#[test]
fn schedules_are_described_as_a_colleague_would() {
    for &(text, description) in DESCRIBED {
        let schedule: Schedule = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schedule.describe(), description, "{text}");
    }
}
