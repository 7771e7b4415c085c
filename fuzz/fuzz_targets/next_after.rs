//! For any schedule and any instants, the next fire is later and the next one
//! from just before it is the same.
#![no_main]

use chrono::{DateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use task_schedule::Schedule;

/// The bytes as an instant; what is out of range is brought into it.
fn instant(second: i64, nano: u32) -> DateTime<Utc> {
    let (min, max) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    let second = second.clamp(min.timestamp(), max.timestamp());
    DateTime::from_timestamp(second, nano % 2_000_000_000).unwrap_or(max)
}

fuzz_target!(|input: (&str, i64, u32, i64, u32, u64)| {
    let (text, anchor, anchor_nano, after, after_nano, seed) = input;
    let read = text.parse().or_else(|_| Schedule::parse_cron(text));
    let Ok(schedule) = read else {
        return;
    };
    let (anchor, after) = (instant(anchor, anchor_nano), instant(after, after_nano));
    let Some(next) = schedule.next_after_seeded(seed, anchor, after) else {
        return;
    };
    assert!(next > after);
    let before = (next - TimeDelta::nanoseconds(1)).max(after);
    assert_eq!(schedule.next_after_seeded(seed, anchor, before), Some(next));
    if !schedule.is_delay() {
        assert_eq!(schedule.count_between(seed, anchor, next, next), 1);
    }
});
