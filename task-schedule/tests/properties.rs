//! What holds for every schedule and every instant. The cases are the same in
//! every run.
#![cfg(feature = "chrono-tz")]

mod common;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use common::config;
use proptest::prelude::*;
use task_schedule::{Basis, Between, Days, Error, Fold, Gap, Schedule, Until, Zone};

/// Zones with every kind of change, and instants at which one happens in it.
const CHANGES: &[(Tz, &str)] = &[
    (Tz::Europe__Berlin, "2026-03-29T01:00:00Z"),
    (Tz::Europe__Berlin, "2026-10-25T01:00:00Z"),
    (Tz::America__New_York, "2026-03-08T07:00:00Z"),
    (Tz::America__New_York, "2026-11-01T06:00:00Z"),
    (Tz::Australia__Lord_Howe, "2024-04-06T15:00:00Z"),
    (Tz::Australia__Lord_Howe, "2024-10-05T15:30:00Z"),
    (Tz::America__Sao_Paulo, "2018-02-18T02:00:00Z"),
    (Tz::America__Sao_Paulo, "2018-11-04T03:00:00Z"),
    (Tz::America__Havana, "2024-11-03T05:00:00Z"),
    (Tz::Asia__Beirut, "2024-10-26T21:00:00Z"),
    (Tz::Antarctica__Troll, "2024-03-31T01:00:00Z"),
    (Tz::Antarctica__Troll, "2024-10-27T01:00:00Z"),
    (Tz::Africa__Casablanca, "2024-04-14T02:00:00Z"),
    (Tz::Asia__Kathmandu, "1985-12-31T18:30:00Z"),
    (Tz::Pacific__Apia, "2011-12-30T10:00:00Z"),
    (Tz::Pacific__Kwajalein, "1993-08-21T12:00:00Z"),
    // Repeats a day, with local mean time: an odd number of seconds.
    (Tz::America__Juneau, "1867-10-19T00:31:18Z"),
    (Tz::Asia__Manila, "1844-12-31T15:56:08Z"),
    (Tz::Africa__Monrovia, "1972-01-07T00:44:30Z"),
    (Tz::UTC, "2026-01-01T00:00:00Z"),
];

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A zone and an instant near one of its changes.
fn near_change() -> impl Strategy<Value = (Zone, DateTime<Utc>)> {
    let offsets = prop_oneof![-4 * 3600..4 * 3600i64, -4 * 86_400..4 * 86_400i64];
    (
        0..CHANGES.len(),
        offsets,
        prop_oneof![Just(0), 0..1_000_000_000i64],
    )
        .prop_map(|(i, secs, nanos)| {
            let (zone, change) = CHANGES[i];
            let t = instant(change) + TimeDelta::seconds(secs) + TimeDelta::nanoseconds(nanos);
            (Zone::from(zone), t)
        })
}

/// Any representable instant, the ends and leap seconds among them.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let (min, max) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    let at = |secs: i64, nanos: u32| DateTime::from_timestamp(secs, nanos);
    prop_oneof![
        2 => (min.timestamp()..=max.timestamp(), 0..1_000_000_000u32)
            .prop_filter_map("out of range", move |(secs, nanos)| at(secs, nanos)),
        1 => (0..200_000i64, 0..1_000_000_000u32)
            .prop_filter_map("out of range", move |(secs, nanos)| at(min.timestamp() + secs, nanos)),
        1 => (0..200_000i64, 0..1_000_000_000u32)
            .prop_filter_map("out of range", move |(secs, nanos)| at(max.timestamp() - secs, nanos)),
        1 => Just(min),
        1 => Just(max),
        1 => (-1_000_000..1_000_000i64, 1_000_000_000..2_000_000_000u32)
            .prop_filter_map("no leap second", move |(minute, nanos)| at(minute * 60 + 59, nanos)),
        1 => near_change().prop_map(|(_, t)| t),
    ]
}

/// A recurring schedule without a limit, as text without a zone.
fn recurring() -> impl Strategy<Value = String> {
    let time = || {
        (0..24u32, 0..60u32, prop_oneof![Just(0), 0..60u32])
            .prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}"))
    };
    let unit = || {
        prop_oneof![
            Just("ns"),
            Just("us"),
            Just("ms"),
            Just("s"),
            Just("m"),
            Just("h")
        ]
    };
    let weekdays =
        prop::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..=7)
            .prop_map(|days| days.join(", "));
    let pair = |most: u32| (1..most, 0..most).prop_map(|(min, more)| (min, min + more));
    prop_oneof![
        (1..5000u32, unit()).prop_map(|(n, unit)| format!("every {n}{unit}")),
        (1..5000u32, unit()).prop_map(|(n, unit)| format!("every {n}{unit} aligned")),
        (pair(5000), unit())
            .prop_map(|((min, max), unit)| format!("every {min}{unit} to {max}{unit}")),
        (1..40u32).prop_map(|n| format!("every {n} days")),
        (1..40u32, time()).prop_map(|(n, at)| format!("every {n} days at {at}")),
        time().prop_map(|at| format!("every day at {at}")),
        pair(20).prop_map(|(min, max)| format!("every {min} to {max} days")),
        (pair(20), time())
            .prop_map(|((min, max), at)| format!("every {min} to {max} days at {at}")),
        pair(9).prop_map(|(min, max)| format!("every {min} to {max} weeks")),
        weekdays.clone().prop_map(|days| format!("every {days}")),
        (weekdays, time()).prop_map(|(days, at)| format!("every {days} at {at}")),
        (0..60u32, 0..60u32).prop_map(|(m, s)| format!("every hour at :{m:02}:{s:02}")),
        (2..50u32, 0..60u32, 0..60u32)
            .prop_map(|(n, m, s)| format!("every {n} hours at :{m:02}:{s:02}")),
        (pair(20), 0..60u32)
            .prop_map(|((min, max), m)| format!("every {min} to {max} hours at :{m:02}")),
        (1..50u32, 0..60u32).prop_map(|(n, s)| format!("every {n} minutes at :{s:02}")),
    ]
}

/// Any schedule, with any limit and zone.
fn any_schedule() -> impl Strategy<Value = Schedule> {
    let kind = prop_oneof![
        5 => recurring().prop_map(|text| text.parse::<Schedule>().unwrap()),
        1 => (1..u64::MAX).prop_map(|nanos| Schedule::interval(Duration::from_nanos(nanos)).unwrap()),
        1 => (1..u64::MAX).prop_map(|nanos| Schedule::delay(Duration::from_nanos(nanos)).unwrap()),
        1 => (1..u64::MAX, 0..u64::MAX).prop_map(|(min, more)| {
            let (min, max) = (Duration::from_nanos(min), Duration::from_nanos(min.saturating_add(more)));
            Schedule::random(min, max).unwrap()
        }),
        1 => any_instant().prop_map(Schedule::once),
        1 => any_wall_time().prop_map(|at| format!("at {at}").parse().unwrap()),
        1 => Just("delay 5 to 10 minutes".parse().unwrap()),
    ];
    let until = prop_oneof![
        3 => Just(None),
        1 => any_instant().prop_map(|t| Some(Until::at(t))),
        1 => (0..u64::MAX, 1..1_000_000_000u32).prop_map(|(secs, nanos)| Some(Until::after(Duration::new(secs, nanos)))),
        1 => any_wall_time().prop_map(|text| Some(text.parse().unwrap())),
        1 => (0..86_400u32, 0..1_000_000_000u32)
            .prop_map(|(secs, nanos)| Some(NaiveTime::from_num_seconds_from_midnight_opt(secs, nanos).unwrap().into())),
    ];
    let zone = prop_oneof![
        Just(None),
        (0..CHANGES.len()).prop_map(|i| Some(Zone::from(CHANGES[i].0))),
        Just(Some(Zone::LOCAL)),
    ];
    (kind, until, zone, options()).prop_map(|(kind, until, zone, options)| {
        let limited = until.map_or(kind.clone(), |until| kind.until(until));
        let all = options.apply(limited);
        zone.map_or(all.clone(), |zone| all.or_timezone(zone))
    })
}

/// Hours, days and choices for changes of the clock, as far as a schedule can
/// have them.
#[derive(Clone, Debug)]
struct Options {
    between: Option<Between>,
    days: Option<Days>,
    gap: Option<Gap>,
    fold: Option<Fold>,
}

impl Options {
    fn apply(&self, schedule: Schedule) -> Schedule {
        fn with<T: Copy>(
            schedule: Schedule,
            option: Option<T>,
            apply: impl Fn(Schedule, T) -> Result<Schedule, Error>,
        ) -> Schedule {
            option
                .and_then(|value| apply(schedule.clone(), value).ok())
                .unwrap_or(schedule)
        }
        let schedule = with(schedule, self.between, Schedule::between);
        let schedule = with(schedule, self.days, Schedule::days);
        let schedule = with(schedule, self.gap, Schedule::gap);
        with(schedule, self.fold, Schedule::fold)
    }
}

fn options() -> impl Strategy<Value = Options> {
    let time = || {
        (0..86_400u32).prop_map(|s| NaiveTime::from_num_seconds_from_midnight_opt(s, 0).unwrap())
    };
    let between =
        (time(), time()).prop_filter_map("equal", |(from, to)| Between::new(from, to).ok());
    let weekdays = (0..7u8).map(|day| Weekday::try_from(day).unwrap());
    let days = prop::sample::subsequence(weekdays.collect::<Vec<_>>(), 1..7)
        .prop_map(|days| Days::new(days).unwrap());
    let gap = prop::sample::select(vec![Gap::After, Gap::Shift, Gap::Skip]);
    let fold = prop::sample::select(vec![Fold::First, Fold::Last, Fold::Both]);
    let some = (
        prop::option::weighted(0.25, between),
        prop::option::weighted(0.25, days),
        prop::option::of(gap),
        prop::option::of(fold),
    );
    some.prop_map(|(between, days, gap, fold)| Options {
        between,
        days,
        gap,
        fold,
    })
}

fn any_wall_time() -> impl Strategy<Value = String> {
    (any_instant(), any::<bool>()).prop_map(|(t, fine)| {
        let local = t.naive_utc();
        let local = if fine {
            local
        } else {
            local.with_nanosecond(0).unwrap()
        };
        let second = local.second().min(59);
        let nanos = local.nanosecond() % 1_000_000_000;
        format!(
            "{:?} {:02}:{:02}:{second:02}.{nanos:09}",
            local.date(),
            local.hour(),
            local.minute()
        )
    })
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn what_is_displayed_reads_back_as_the_same(schedule in any_schedule()) {
        let text = schedule.to_string();
        prop_assert_eq!(text.parse::<Schedule>().map_err(|error| error.to_string()), Ok(schedule.clone()));
        prop_assert!(!schedule.describe().is_empty());
    }

    #[test]
    fn next_is_strictly_later_and_nothing_panics(
        schedule in any_schedule(),
        anchor in any_instant(),
        after in any_instant(),
        seed in any::<u64>(),
    ) {
        let next = schedule.next_after_seeded(seed, anchor, after);
        prop_assert!(next.is_none_or(|next| next > after));
        prop_assert_eq!(schedule.next_after_seeded(seed, anchor, after), next);
        let latest = schedule.latest_until(seed, anchor, after);
        prop_assert!(latest.is_none_or(|latest| anchor < latest && latest <= after));
        if let Some(latest) = latest {
            let following = schedule.next_after_seeded(seed, anchor, latest);
            prop_assert!(following.is_none_or(|fire| fire > after));
        }
        let _ = schedule.check_from(after);
        let _ = schedule.until_from(after);
    }

    #[test]
    fn next_is_monotone(
        schedule in any_schedule(),
        anchor in any_instant(),
        one in any_instant(),
        other in any_instant(),
    ) {
        let (earlier, later) = (one.min(other), one.max(other));
        let next = |after| schedule.next_after(anchor, after);
        match (next(earlier), next(later)) {
            (None, later) => prop_assert_eq!(later, None),
            (Some(_), None) => {}
            (Some(first), Some(second)) => prop_assert!(first <= second),
        }
        // Nothing lies between an instant and the fire that is next.
        if let Some(fire) = next(earlier) {
            if later < fire {
                prop_assert_eq!(next(later), Some(fire));
            }
        }
    }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn fires_are_enumerated_counted_and_found_alike(
        text in recurring(),
        (zone, start) in near_change(),
        seed in any::<u64>(),
        upto in 0.0..1.0f64,
    ) {
        let schedule = text.parse::<Schedule>().unwrap().or_timezone(zone);
        let mut fires = Vec::new();
        let mut from = start;
        for _ in 0..60 {
            let next = schedule.next_after_seeded(seed, start, from).unwrap();
            prop_assert!(next > from, "{schedule}: {next} after {from}");
            fires.push(next);
            from = next;
        }
        let last = *fires.last().unwrap();
        let upto = start + TimeDelta::nanoseconds(((last - start).num_nanoseconds().unwrap() as f64 * upto) as i64);
        let passed = fires.iter().filter(|&&fire| fire <= upto).count();
        if let Some(&following) = fires.get(passed) {
            let next = schedule.next_after_seeded(seed, start, upto);
            prop_assert_eq!(next, Some(following), "{} after {}", schedule, upto);
        }
        let latest = schedule.latest_until(seed, start, upto);
        prop_assert_eq!(latest, passed.checked_sub(1).map(|i| fires[i]), "{} up to {}", schedule, upto);

        // 1 to n hours, where half an hour is left out, may count one twice.
        let may_coincide = text.contains("every 1 to") && text.contains("hours at");
        let count = schedule.count_between(seed, start, fires[0], last);
        prop_assert!(count == 60 || (may_coincide && count == 61), "{schedule}: {count}");
        if let Some(latest) = latest {
            let count = schedule.count_between(seed, start, fires[0], latest);
            prop_assert!(count == passed as u64 || (may_coincide && count == passed as u64 + 1), "{schedule}: {count}");
        }
    }

    #[test]
    fn gaps_are_at_least_the_period_unless_the_clock_changes(
        text in recurring(),
        start in 0..2_000_000_000i64,
        seed in any::<u64>(),
    ) {
        let schedule = text.parse::<Schedule>().unwrap().or_timezone(Zone::UTC);
        let start = DateTime::from_timestamp(start, 0).unwrap();
        let period = TimeDelta::from_std(schedule.period().unwrap()).unwrap();
        let mut last = schedule.next_after_seeded(seed, start, start).unwrap();
        for _ in 0..20 {
            let next = schedule.next_after_seeded(seed, start, last).unwrap();
            prop_assert!(next - last >= period, "{schedule}: {}", next - last);
            last = next;
        }
    }

    #[test]
    fn random_gaps_are_within_bounds_and_their_mean_is_the_middle(
        min in 1..u64::MAX / 4,
        more in 1..u64::MAX / 4,
        seed in any::<u64>(),
        start in any_instant(),
        k in 0..10_000i32,
    ) {
        let (min, max) = (min, min + more);
        let schedule = Schedule::random(Duration::from_nanos(min), Duration::from_nanos(max)).unwrap();
        prop_assert_eq!(schedule.basis(), Basis::Elapsed);
        let start = start.min(instant("2026-01-01T00:00:00Z"));
        // Far into the job, at once.
        let middle = TimeDelta::nanoseconds((min / 2 + max / 2) as i64);
        let Some(after) = middle.checked_mul(k).and_then(|passed| start.checked_add_signed(passed)) else {
            return Ok(());
        };
        let Some(first) = schedule.next_after_seeded(seed, start, after) else {
            return Ok(());
        };
        let Some(second) = schedule.next_after_seeded(seed, start, first) else {
            return Ok(());
        };
        // As i128, since a difference may exceed an i64 of nanoseconds.
        let nanos = |t: DateTime<Utc>| i128::from(t.timestamp()) * 1_000_000_000 + i128::from(t.timestamp_subsec_nanos());
        let gap = nanos(second) - nanos(first);
        prop_assert!((i128::from(min)..=i128::from(max)).contains(&gap), "{gap}");
        // No drift: the k-th fire is within one spread of k middles.
        let index = schedule.count_between(seed, start, schedule.next_after_seeded(seed, start, start).unwrap(), first);
        let drift = nanos(first) - nanos(start) - i128::from(index) * (i128::from(min) + i128::from(max)) / 2;
        prop_assert!(drift.abs() <= i128::from(more) / 2 + 1, "{drift}");
    }
}

/// Compared with looking at every second.
mod by_brute_force {
    use super::*;

    fn tz(zone: Zone) -> Tz {
        zone.to_string().parse().unwrap()
    }

    /// The first second that shows `local`, or else the first behind it.
    fn resolve(zone: Tz, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let local = date.and_time(time);
        let seconds = || {
            let from = local.and_utc().timestamp() - 16 * 3600;
            (from..from + 32 * 3600).map(|secs| DateTime::from_timestamp(secs, 0).unwrap())
        };
        let shown = |t: DateTime<Utc>| zone.from_utc_datetime(&t.naive_utc()).naive_local();
        let found = seconds()
            .find(|&t| shown(t) == local)
            .or_else(|| seconds().find(|&t| shown(t) > local))?;
        let before = found - TimeDelta::seconds(1);
        (shown(found).date() == date || shown(before).date() == date).then_some(found)
    }

    proptest! {
        #![proptest_config(config(40))]

        #[test]
        fn days(
            (zone, start) in near_change(),
            hour in 0..24u32,
            minute in 0..60u32,
        ) {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            let schedule: Schedule = format!("day at {hour:02}:{minute:02}").parse().unwrap();
            let next = schedule.or_timezone(zone).next_after(start, start);
            let today = tz(zone).from_utc_datetime(&start.naive_utc()).date_naive();
            let expected = (0..5)
                .filter_map(|i| resolve(tz(zone), today - TimeDelta::days(1) + TimeDelta::days(i), time))
                .find(|&t| t > start);
            prop_assert_eq!(next, expected);
        }

        #[test]
        fn hours((zone, start) in near_change(), second in 0..3600u32) {
            let text = format!("hour at :{:02}:{:02}", second / 60, second % 60);
            let schedule: Schedule = text.parse().unwrap();
            let next = schedule.or_timezone(zone).next_after(start, start);
            let first = start.timestamp() + 1;
            let expected = (first..first + 3 * 3600).find(|&secs| {
                let t = DateTime::from_timestamp(secs, 0).unwrap();
                let shown = tz(zone).from_utc_datetime(&t.naive_utc());
                shown.minute() * 60 + shown.second() == second
            });
            prop_assert_eq!(next.map(|t| t.timestamp()), expected);
        }
    }
}

#[cfg(feature = "serde")]
proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn serde_takes_the_text(schedule in any_schedule()) {
        let json = serde_json::to_string(&schedule).unwrap();
        prop_assert_eq!(&json, &format!("{:?}", schedule.to_string()));
        prop_assert_eq!(serde_json::from_str::<Schedule>(&json).unwrap(), schedule);
    }
}
