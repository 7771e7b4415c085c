//! An expression as a colleague would say it.

use super::{
    Cron, MonthDays, WeekDays, Years, bits,
    fields::{self, MONTHS},
    words::{
        capital, even_step, join, names, numbers, ordinal, run, runs, set_of_numbers, week_run,
    },
};

/// So many times of a day are listed.
const FEW: u32 = 6;

impl Cron {
    /// A sentence without a full stop: when on a day, and then on which days.
    pub(crate) fn describe(&self) -> String {
        let is_daily = self.month_days.is_every_day() && self.week_days.is_every_day();
        let (time, is_list) = self.time();
        let mut text = match is_list {
            true if is_daily => format!("Every day at {time}"),
            true => format!("At {time}"),
            false => time,
        };
        text.push_str(&self.days(is_list));
        if let Years::Only(words) = self.years {
            let years = numbers(&fields::years(words));
            let preposition = if years.contains(" to ") && !years.contains(" and ") {
                "from"
            } else {
                "in"
            };
            text.push_str(&format!(" {preposition} {years}"));
        }
        text
    }

    /// `09:00 and 17:30`, which is a list, or `Every 5 minutes from 09:00 to
    /// 17:59`, which is not.
    fn time(&self) -> (String, bool) {
        let count = |set: u64| set.count_ones();
        let (seconds, minutes) = (Beat::of(self.seconds, 60), Beat::of(self.minutes, 60));
        let hours = Beat::of(self.hours, 24);
        let all = count(self.seconds) * count(self.minutes) * count(self.hours);
        let is_beat = self.is_wildcard && matches!(hours, Beat::Step(_));
        if all <= FEW && !is_beat {
            return (join(self.times(), "and"), true);
        }
        let Beat::One(second) = seconds else {
            let mut text = seconds.every("second");
            match minutes {
                Beat::All => {}
                Beat::One(minute) => text.push_str(&format!(" in minute {minute}")),
                Beat::Step(step) => text.push_str(&format!(" of every {} minute", ordinal(step))),
                Beat::Many(set) => text.push_str(&format!(" in minutes {}", set_of_numbers(set))),
            }
            text.push_str(&self.hours_around(hours, minutes == Beat::All));
            return (text, false);
        };
        let mut text = match minutes {
            Beat::One(minute) => self.hourly(hours, minute),
            Beat::All | Beat::Step(_) => minutes.every("minute") + &self.hours_around(hours, true),
            Beat::Many(set) if hours == Beat::All => match steps(set) {
                Some((step, 0, last)) if last + step >= 60 => {
                    format!("Every {step} minutes from the start of each hour")
                }
                Some((step, first, last)) if last + step >= 60 => {
                    format!("Every {step} minutes from minute {first} of each hour")
                }
                Some((step, first, last)) => {
                    format!("Every {step} minutes from minute {first} to {last} of each hour")
                }
                None => minutes.every("minute") + " of every hour",
            },
            Beat::Many(set) => match (hours, run(set, 0)) {
                (Beat::One(hour), Some((first, last))) => {
                    format!("Every minute from {hour:02}:{first:02} to {hour:02}:{last:02}")
                }
                _ => minutes.every("minute") + &self.hours_around(hours, false),
            },
        };
        if second > 0 {
            text.push_str(&format!(", at second {second}"));
        }
        (text, false)
    }

    fn times(&self) -> Vec<String> {
        let mut times = Vec::new();
        for hour in bits(self.hours) {
            for minute in bits(self.minutes) {
                for second in bits(self.seconds) {
                    times.push(if self.seconds == 1 {
                        format!("{hour:02}:{minute:02}")
                    } else {
                        format!("{hour:02}:{minute:02}:{second:02}")
                    });
                }
            }
        }
        times
    }

    /// At one minute of some hours.
    fn hourly(&self, hours: Beat, minute: u32) -> String {
        let at = match minute {
            0 => String::new(),
            minute => format!(", at minute {minute}"),
        };
        match hours {
            Beat::All => format!("Every hour{at}"),
            Beat::Step(step) => format!("Every {step} hours{at}"),
            Beat::One(_) | Beat::Many(_) => match run(self.hours, 24) {
                Some((first, last)) => {
                    format!("Every hour from {first:02}:{minute:02} to {last:02}:{minute:02}")
                }
                None => match steps(self.hours) {
                    Some((step, first, last)) => format!(
                        "Every {step} hours from {first:02}:{minute:02} to {last:02}:{minute:02}"
                    ),
                    None => format!(
                        "At minute {minute} of the hours {}",
                        set_of_numbers(self.hours)
                    ),
                },
            },
        }
    }

    /// The hours in which something happens more than once.
    fn hours_around(&self, hours: Beat, is_plain: bool) -> String {
        let comma = if is_plain { "" } else { "," };
        match (hours, run(self.hours, 24)) {
            (Beat::All, _) => String::new(),
            (_, Some((first, last))) => format!("{comma} from {first:02}:00 to {last:02}:59"),
            (Beat::Step(step), None) => format!("{comma} in every {} hour", ordinal(step)),
            (_, None) => format!("{comma} in the hours {}", set_of_numbers(self.hours)),
        }
    }

    /// The days and the months, with what joins them to the time.
    fn days(&self, is_list: bool) -> String {
        let (dates, weekdays) = (self.month_days, self.week_days);
        let months = self.months();
        let in_months = match &months {
            None => String::new(),
            Some(months) if months.contains(" to ") => format!(" from {months}"),
            Some(months) => format!(" in {months}"),
        };
        match (dates.is_every_day(), weekdays.is_every_day()) {
            (true, true) => in_months,
            (true, false) => weekdays.describe(is_list) + &in_months,
            (false, true) => {
                let of = match (months, dates.needs_month()) {
                    (Some(months), _) => format!(" of {months}"),
                    (None, true) => " of the month".to_owned(),
                    (None, false) => String::new(),
                };
                format!(" on {}{of}", join(dates.parts("and"), "and"))
            }
            (false, false) if self.either_day => {
                let (dates, weekdays) = (
                    join(dates.parts("or"), "or"),
                    join(weekdays.parts("any", "or"), "or"),
                );
                format!(" on {dates} or on {weekdays}{in_months}")
            }
            (false, false) => {
                let (dates, weekdays) = (join(dates.parts("and"), "and"), weekdays.condition());
                format!(" on {dates} if it is {weekdays}{in_months}")
            }
        }
    }

    /// `January and July`, `November to February`.
    fn months(&self) -> Option<String> {
        let name = |month: u32| capital(MONTHS[month as usize - 1]);
        // From bit 0, so that December is next to January.
        match run(self.months >> 1, 12) {
            Some((1, 12)) => None,
            _ if self.months.count_ones() == 12 => None,
            Some((first, last)) if self.months.count_ones() > 2 => {
                Some(format!("{} to {}", name(first + 1), name(last + 1)))
            }
            _ => {
                let mut names = Vec::new();
                for month in bits(self.months) {
                    names.push(name(month));
                }
                Some(join(names, "and"))
            }
        }
    }
}

impl MonthDays {
    /// `the 1st and 15th`, `the last day`.
    fn parts(self, and: &str) -> Vec<String> {
        let mut parts = Vec::new();
        let days: Vec<u32> = bits(self.plain.into()).collect();
        match (even_step(&days), &*days) {
            (Some(step), [first, .., last]) => {
                let to = if last + step > 31 {
                    String::new()
                } else {
                    format!(" to the {}", ordinal(*last))
                };
                let (step, first) = (ordinal(step), ordinal(*first));
                parts.push(format!("every {step} day from the {first}{to}"));
            }
            (_, []) => {}
            (_, days) => parts.push(format!("the {}", join(runs(days, ordinal), and))),
        }
        for day in bits((self.nearest & !1).into()) {
            parts.push(format!("the working day nearest to the {}", ordinal(day)));
        }
        for before in bits(self.last.into()) {
            parts.push(match before {
                0 => "the last day".to_owned(),
                1 => "the day before the last".to_owned(),
                before => format!("the {} day before the last", ordinal(before)),
            });
        }
        if self.nearest & 1 != 0 {
            parts.push("the last working day".to_owned());
        }
        parts
    }

    /// Does it end with something that is of a month?
    fn needs_month(self) -> bool {
        self.last != 0 || self.nearest & 1 != 0
    }
}

impl WeekDays {
    fn describe(self, is_list: bool) -> String {
        if self.last == 0 && self.nth == [0; 5] {
            let comma = if is_list { "" } else { "," };
            return match week_run(self.plain) {
                Some(run) => format!(", {run}"),
                None => format!("{comma} every {}", join(names(self.plain), "and")),
            };
        }
        format!(" on {}", join(self.parts("every", "and"), "and"))
    }

    /// `any Monday or Friday`, `the second Monday of the month`.
    fn parts(self, any: &str, or: &str) -> Vec<String> {
        const WHICH: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
        let mut parts = Vec::new();
        if self.plain != 0 {
            parts.push(match week_run(self.plain) {
                Some(run) => format!("{any} day from {run}"),
                None => format!("{any} {}", join(names(self.plain), or)),
            });
        }
        let mut of_month = Vec::new();
        for (which, set) in WHICH.iter().zip(self.nth) {
            for day in names(set) {
                of_month.push(format!("the {which} {day}"));
            }
        }
        for day in names(self.last) {
            of_month.push(format!("the last {day}"));
        }
        if !of_month.is_empty() {
            parts.push(format!("{} of the month", join(of_month, or)));
        }
        parts
    }

    /// `a Monday or Friday`, behind `if it is`.
    fn condition(self) -> String {
        if self.last == 0 && self.nth == [0; 5] {
            return match week_run(self.plain) {
                Some(run) => run,
                None => format!("a {}", join(names(self.plain), "or")),
            };
        }
        join(self.parts("a", "or"), "or")
    }
}

/// What the values of a field are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beat {
    All,
    /// Every so many from 0 on, the same across the end of the field.
    Step(u32),
    One(u32),
    Many(u64),
}

/// The step of five or more values, the first and the last of them.
fn steps(set: u64) -> Option<(u32, u32, u32)> {
    let values: Vec<u32> = bits(set).collect();
    Some((even_step(&values)?, *values.first()?, *values.last()?))
}

impl Beat {
    fn of(set: u64, size: u32) -> Beat {
        let count = set.count_ones();
        let step = size / count;
        let is_step = size % count == 0
            && (0..size).all(|value| (set >> value & 1 == 1) == (value % step == 0));
        match count {
            1 => Beat::One(set.trailing_zeros()),
            _ if is_step && step == 1 => Beat::All,
            _ if is_step => Beat::Step(step),
            _ => Beat::Many(set),
        }
    }

    fn every(self, unit: &str) -> String {
        match self {
            Beat::All => format!("Every {unit}"),
            Beat::Step(step) => format!("Every {step} {unit}s"),
            Beat::One(value) => format!("At {unit} {value}"),
            Beat::Many(set) => format!("At {unit}s {}", set_of_numbers(set)),
        }
    }
}
