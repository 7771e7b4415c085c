//! Cron expressions against a reading of them that is as plain as possible: go
//! through the dates, the minutes and the seconds, ask each part of each field,
//! and let chrono say which instants have that reading.
#![cfg(feature = "chrono-tz")]

mod common;

use std::collections::BTreeSet;

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone,
    Timelike, Utc, Weekday,
};
use chrono_tz::Tz;
use common::config;
use proptest::{prelude::*, sample::select};
use task_schedule::{Fold, Gap, Schedule, Zone};

/// A part of a field's list.
#[derive(Clone, Debug)]
enum Part {
    Every(u32),
    From(u32, u32),
    Range(u32, u32, u32),
    Value(u32),
    BeforeLast(u32),
    Nearest(u32),
    LastWorkingDay,
    LastWeekday(u32),
    Nth(u32, u32),
}

#[derive(Clone, Debug)]
struct Field {
    min: u32,
    size: u32,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Expression {
    second: Option<Field>,
    minute: Field,
    hour: Field,
    day: Field,
    month: Field,
    weekday: Field,
}

impl Field {
    fn text(&self) -> String {
        let part = |part: &Part| match *part {
            Part::Every(1) => "*".to_owned(),
            Part::Every(step) => format!("*/{step}"),
            Part::From(first, step) => format!("{first}/{step}"),
            Part::Range(first, last, 1) => format!("{first}-{last}"),
            Part::Range(first, last, step) => format!("{first}-{last}/{step}"),
            Part::Value(value) => value.to_string(),
            Part::BeforeLast(0) => "L".to_owned(),
            Part::BeforeLast(days) => format!("L-{days}"),
            Part::Nearest(day) => format!("{day}W"),
            Part::LastWorkingDay => "LW".to_owned(),
            Part::LastWeekday(day) => format!("{day}L"),
            Part::Nth(day, which) => format!("{day}#{which}"),
        };
        self.parts.iter().map(part).collect::<Vec<_>>().join(",")
    }

    fn begins_with_star(&self) -> bool {
        matches!(self.parts[0], Part::Every(_))
    }

    fn has(&self, value: u32, date: NaiveDate) -> bool {
        let last = self.min + self.size - 1;
        let in_steps = |first: u32, last: u32, step: u32| {
            // A value is also the one that comes a whole turn later.
            [value, value + self.size]
                .into_iter()
                .any(|value| (first..=last).contains(&value) && (value - first) % step == 0)
        };
        let same_month =
            |date: NaiveDate, days: i64| (date + TimeDelta::days(days)).month() == date.month();
        let is_working = |date: NaiveDate| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        self.parts.iter().any(|part| match *part {
            Part::Every(step) => in_steps(self.min, last, step),
            Part::From(first, step) => in_steps(first, last, step),
            Part::Range(first, last, step) if first <= last => in_steps(first, last, step),
            Part::Range(first, last, step) => in_steps(first, last + self.size, step),
            Part::Value(wanted) => in_steps(wanted, wanted, 1),
            Part::BeforeLast(days) => {
                same_month(date, days.into()) && !same_month(date, i64::from(days) + 1)
            }
            Part::Nearest(day) => {
                let of_month = (1..=31).filter_map(|day| date.with_day(day));
                let nearest = of_month
                    .filter(|&other| is_working(other))
                    .min_by_key(|other| other.day().abs_diff(day));
                date.with_day(day).is_some() && nearest == Some(date)
            }
            Part::LastWorkingDay => {
                is_working(date)
                    && (1..=3).all(|days| {
                        !same_month(date, days) || !is_working(date + TimeDelta::days(days))
                    })
            }
            Part::LastWeekday(day) => {
                date.weekday().num_days_from_sunday() == day % 7 && !same_month(date, 7)
            }
            Part::Nth(day, which) => {
                date.weekday().num_days_from_sunday() == day % 7 && date.day().div_ceil(7) == which
            }
        })
    }
}

impl Expression {
    fn text(&self) -> String {
        let Expression {
            second,
            minute,
            hour,
            day,
            month,
            weekday,
        } = self;
        let fields = [minute, hour, day, month, weekday]
            .map(Field::text)
            .join(" ");
        match second {
            Some(second) => format!("{} {fields}", second.text()),
            None => fields,
        }
    }

    fn is_wildcard(&self) -> bool {
        self.minute.begins_with_star() || self.hour.begins_with_star()
    }

    fn has_date(&self, date: NaiveDate) -> bool {
        let by_date = self.day.has(date.day(), date);
        let by_weekday = self
            .weekday
            .has(date.weekday().num_days_from_sunday(), date);
        let has_day = if self.day.begins_with_star() || self.weekday.begins_with_star() {
            by_date && by_weekday
        } else {
            by_date || by_weekday
        };
        has_day && self.month.has(date.month(), date)
    }

    /// All readings on a date.
    fn readings(&self, date: NaiveDate) -> Vec<NaiveDateTime> {
        let mut readings = Vec::new();
        for (hour, minute) in (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute))) {
            if !self.hour.has(hour, date) || !self.minute.has(minute, date) {
                continue;
            }
            let seconds = (0..60).filter(|&second| match &self.second {
                None => second == 0,
                Some(field) => field.has(second, date),
            });
            readings.extend(seconds.filter_map(|second| date.and_hms_opt(hour, minute, second)));
        }
        readings
    }

    /// The instants that stand for one reading.
    fn instants(
        &self,
        zone: Tz,
        gap: Gap,
        fold: Fold,
        reading: NaiveDateTime,
    ) -> Vec<DateTime<Utc>> {
        let utc = |t: DateTime<Tz>| t.with_timezone(&Utc);
        match (zone.from_local_datetime(&reading), self.is_wildcard()) {
            (MappedLocalTime::Single(t), _) => vec![utc(t)],
            (MappedLocalTime::Ambiguous(first, last), true) => vec![utc(first), utc(last)],
            (MappedLocalTime::Ambiguous(first, last), false) => match fold {
                Fold::First => vec![utc(first)],
                Fold::Last => vec![utc(last)],
                Fold::Both => vec![utc(first), utc(last)],
            },
            (MappedLocalTime::None, true) => Vec::new(),
            (MappedLocalTime::None, false) => {
                let exists = |t: &NaiveDateTime| zone.from_local_datetime(t).earliest().is_some();
                let minutes = |start: NaiveDateTime| {
                    (0..).map(move |minutes| start + TimeDelta::minutes(minutes))
                };
                let day = reading.date().and_time(Default::default());
                if !minutes(day).take(1440).any(|t| exists(&t)) {
                    return Vec::new();
                }
                let whole = reading.with_second(0).unwrap();
                let after = minutes(whole).find(exists).unwrap();
                let after = utc(zone.from_local_datetime(&after).earliest().unwrap());
                let before = after - TimeDelta::seconds(1);
                let old = before.with_timezone(&zone).naive_local() - before.naive_utc();
                match gap {
                    Gap::After => vec![after],
                    Gap::Shift => vec![(reading - old).and_utc()],
                    Gap::Skip => Vec::new(),
                }
            }
        }
    }

    /// The first fires after `start`, and where the search ended.
    fn fires(
        &self,
        zone: Tz,
        gap: Gap,
        fold: Fold,
        start: DateTime<Utc>,
    ) -> (Vec<DateTime<Utc>>, NaiveDate) {
        let mut fires = BTreeSet::new();
        let mut date = start.with_timezone(&zone).date_naive() - Days::new(2);
        let end = date + Days::new(6000);
        while date < end && fires.len() < 40 {
            if self.has_date(date) {
                let instants = self
                    .readings(date)
                    .into_iter()
                    .flat_map(|reading| self.instants(zone, gap, fold, reading));
                fires.extend(instants.filter(|&t| t > start));
            }
            date = date + Days::new(1);
        }
        // The last date's fires may be mixed with those of the next one.
        let complete = date - Days::new(2);
        let is_complete = |t: &DateTime<Utc>| t.with_timezone(&zone).date_naive() < complete;
        (fires.into_iter().filter(is_complete).collect(), complete)
    }
}

fn value(min: u32, size: u32) -> impl Strategy<Value = u32> {
    min..min + size
}

fn part(min: u32, size: u32) -> impl Strategy<Value = Part> {
    let step = 1..=size;
    prop_oneof![
        4 => value(min, size).prop_map(Part::Value),
        2 => (value(min, size), value(min, size)).prop_map(|(a, b)| Part::Range(a, b, 1)),
        1 => (value(min, size), value(min, size), step.clone()).prop_map(|(a, b, n)| Part::Range(a, b, n)),
        1 => (value(min, size), step.clone()).prop_map(|(a, n)| Part::From(a, n)),
        1 => step.prop_map(Part::Every),
    ]
}

fn field(min: u32, size: u32, extra: BoxedStrategy<Part>) -> impl Strategy<Value = Field> {
    let every = Just(vec![Part::Every(1)]);
    let some = proptest::collection::vec(part(min, size), 1..4);
    let with_extra = proptest::collection::vec(prop_oneof![extra, part(min, size)], 1..3);
    prop_oneof![2 => every, 2 => some, 1 => with_extra].prop_map(move |parts| Field {
        min,
        size,
        parts,
    })
}

fn plain(min: u32, size: u32) -> impl Strategy<Value = Field> {
    field(min, size, part(min, size).boxed())
}

fn expression() -> impl Strategy<Value = Expression> {
    let of_month = prop_oneof![
        (0..=30_u32).prop_map(Part::BeforeLast),
        (1..=31_u32).prop_map(Part::Nearest),
        Just(Part::LastWorkingDay),
    ];
    let of_week = prop_oneof![
        (0..=7_u32).prop_map(Part::LastWeekday),
        (0..=7_u32, 1..=5_u32).prop_map(|(day, which)| Part::Nth(day, which)),
        Just(Part::Value(7)),
    ];
    (
        proptest::option::weighted(0.2, plain(0, 60)),
        plain(0, 60),
        // Most changes are at night.
        prop_oneof![
            plain(0, 24),
            plain(0, 4).prop_map(|field| Field { size: 24, ..field })
        ],
        field(1, 31, of_month.boxed()),
        plain(1, 12),
        field(0, 7, of_week.boxed()),
    )
        .prop_map(|(second, minute, hour, day, month, weekday)| Expression {
            second,
            minute,
            hour,
            day,
            month,
            weekday,
        })
}

/// Every kind of change: an hour, half an hour, two hours, at midnight, a day
/// left out, standard time that is the later one, and zones that gave it up.
const ZONES: [Tz; 16] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::America__Sao_Paulo,
    Tz::Pacific__Apia,
    Tz::Europe__Dublin,
    Tz::Africa__Casablanca,
    Tz::Asia__Kathmandu,
    Tz::Antarctica__Troll,
    Tz::America__Havana,
    Tz::Asia__Tehran,
    Tz::Africa__Cairo,
    Tz::Pacific__Kwajalein,
    Tz::America__St_Johns,
    Tz::Asia__Pyongyang,
];

/// What fires several times a night, around the hours of most changes.
fn nightly() -> impl Strategy<Value = Expression> {
    let hour = || prop_oneof![4 => 0..4_u32, 1 => Just(23)];
    let hours = prop_oneof![
        3 => proptest::collection::vec(hour().prop_map(Part::Value), 1..3),
        1 => hour().prop_map(|first| vec![Part::Range(first, (first + 2) % 24, 1)]),
        1 => Just(vec![Part::Every(1)]),
        1 => Just(vec![Part::Every(2)]),
    ];
    let minute = prop_oneof![Just(0), Just(30), Just(45), 0..60_u32];
    let minutes = prop_oneof![
        4 => proptest::collection::vec(minute.prop_map(Part::Value), 1..3),
        1 => select(&[15, 20, 30][..]).prop_map(|step| vec![Part::Every(step)]),
        1 => select(&[15, 20, 30][..]).prop_map(|step| vec![Part::From(0, step)]),
    ];
    let seconds = proptest::option::weighted(
        0.2,
        select(&[0, 20, 59][..]).prop_map(|second| vec![Part::Value(second)]),
    );
    let weekdays =
        prop_oneof![3 => Just(vec![Part::Every(1)]), 1 => Just(vec![Part::Range(5, 1, 1)])];
    (seconds, minutes, hours, weekdays).prop_map(|(second, minute, hour, weekday)| {
        let field = |min: u32, size: u32, parts: Vec<Part>| Field { min, size, parts };
        let every = || vec![Part::Every(1)];
        Expression {
            second: second.map(|parts| field(0, 60, parts)),
            minute: field(0, 60, minute),
            hour: field(0, 24, hour),
            day: field(1, 31, every()),
            month: field(1, 12, every()),
            weekday: field(0, 7, weekday),
        }
    })
}

fn zone() -> impl Strategy<Value = Tz> {
    select(&ZONES[..])
}

/// Any instant from 1970 to 2099.
fn start() -> impl Strategy<Value = DateTime<Utc>> {
    (0..4_102_444_800_i64).prop_map(|second| DateTime::from_timestamp(second, 0).unwrap())
}

/// A zone and an instant near to a change of its clocks.
fn near_change() -> impl Strategy<Value = (Tz, DateTime<Utc>)> {
    let seconds = 473_385_600..2_114_380_800_i64; // 1985 to 2036.
    (zone(), seconds, -200_000..100_000_i64).prop_map(|(zone, second, near)| {
        let offset = |t: DateTime<Utc>| zone.offset_from_utc_datetime(&t.naive_utc()).to_string();
        let start = DateTime::from_timestamp(second / 3600 * 3600, 0).unwrap();
        // The next change, or the one before.
        let find = |sign: i64| {
            let at = move |hours: i64| start + TimeDelta::hours(sign * hours);
            let day = (0..2000).find(|&day| offset(at(day * 24)) != offset(start))?;
            (0..=24)
                .map(|hour| at(day * 24 - 24 + hour))
                .find(|&t| offset(t) != offset(start))
        };
        let change = find(1).or_else(|| find(-1)).unwrap_or(start);
        (zone, change + TimeDelta::seconds(near))
    })
}

fn choices() -> impl Strategy<Value = (Gap, Fold)> {
    (
        select(&[Gap::After, Gap::Shift, Gap::Skip][..]),
        select(&[Fold::First, Fold::Last, Fold::Both][..]),
    )
}

/// Compares the fires after `start`, and what is asked from between them.
fn check(
    expression: &Expression,
    (zone, start): (Tz, DateTime<Utc>),
    (gap, fold): (Gap, Fold),
    pick: f64,
) -> Result<(), TestCaseError> {
    let schedule = match Schedule::parse_cron(&expression.text()) {
        Ok(schedule) => schedule.or_timezone(Zone::from(zone)),
        Err(error) => {
            let (fires, _) = expression.fires(Tz::UTC, gap, fold, start);
            prop_assert!(
                error.to_string().contains("there is no such date"),
                "{error}"
            );
            prop_assert!(fires.is_empty(), "{error} {fires:?}");
            return Ok(());
        }
    };
    let schedule = if expression.is_wildcard() {
        prop_assert!(schedule.clone().gap(gap).is_err());
        schedule
    } else {
        schedule.gap(gap).unwrap().fold(fold).unwrap()
    };

    let (expected, complete) = expression.fires(zone, gap, fold, start);
    let fires: Vec<_> = schedule.upcoming(start).take(expected.len()).collect();
    prop_assert_eq!(&fires, &expected, "{} from {}", schedule, start);
    let after = schedule.next_after(start, *expected.last().unwrap_or(&start));
    let is_later = after.is_none_or(|t| t.with_timezone(&zone).date_naive() >= complete);
    prop_assert!(is_later, "{schedule} from {start}: {after:?}");

    // From anywhere between two fires, the answer is the same.
    let index = (expected.len() as f64 * pick) as usize;
    let Some(&fire) = expected.get(index) else {
        return Ok(());
    };
    let before = if index == 0 {
        start
    } else {
        expected[index - 1]
    };
    let nanos = (fire - before).num_nanoseconds().unwrap_or(1) as f64 * pick;
    let between = before + TimeDelta::nanoseconds(nanos as i64);
    let next = schedule.next_after(start, between);
    prop_assert_eq!(next, Some(fire), "{} from {}", schedule, between);
    prop_assert_eq!(schedule.latest_until(0, start, fire), Some(fire));
    for (counted, &last) in (1..).zip(&expected) {
        let count = schedule.count_between(0, start, expected[0], last);
        prop_assert_eq!(count, counted, "{} to {}", schedule, last);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn any_expression_fires_when_it_reads_so(
        expression in expression(),
        place in (zone(), start()),
        choices in choices(),
        pick in 0.0..1.0_f64,
    ) {
        check(&expression, place, choices, pick)?;
    }

    #[test]
    fn changes_of_the_clock_are_kept_to(
        expression in nightly(),
        place in near_change(),
        choices in choices(),
        pick in 0.0..1.0_f64,
    ) {
        check(&expression, place, choices, pick)?;
    }

    #[test]
    fn the_text_is_read_back(expression in expression(), (gap, fold) in choices()) {
        let Ok(schedule) = Schedule::parse_cron(&expression.text()) else {
            return Ok(());
        };
        let schedule = match schedule.clone().gap(gap) {
            Ok(schedule) => schedule.fold(fold).unwrap(),
            Err(_) => schedule,
        };
        let text = schedule.to_string();
        let read: Schedule = text.parse().unwrap();
        prop_assert_eq!(&read, &schedule, "{}", &text);
        prop_assert_eq!(read.to_string(), text);
        prop_assert!(!schedule.describe().is_empty());
    }

    #[test]
    fn gaps_are_no_shorter_than_the_period(expression in expression(), start in start()) {
        let Ok(schedule) = Schedule::parse_cron(&expression.text()) else {
            return Ok(());
        };
        let schedule = schedule.or_timezone(Zone::UTC);
        let period = TimeDelta::from_std(schedule.period().unwrap()).unwrap();
        prop_assert!(period > TimeDelta::zero());
        let fires: Vec<_> = schedule.upcoming(start).take(50).collect();
        for pair in fires.windows(2) {
            prop_assert!(pair[1] - pair[0] >= period, "{} {:?}", schedule, pair);
        }
    }
}
