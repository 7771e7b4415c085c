//! When a job runs: the schedule language and the time arithmetic of `task`.
//!
//! A [`Schedule`] is a value that answers one question: given where a job's
//! counting started and the instant it has got to, when does it fire next? It
//! reads no clock, starts no thread and keeps no state, so the same question
//! always has the same answer.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use task_schedule::Schedule;
//!
//! # fn main() -> Result<(), task_schedule::Error> {
//! let schedule: Schedule = "every 1h 30m".parse()?;
//! let start: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().unwrap();
//!
//! let fires: Vec<String> = schedule.upcoming(start).take(3).map(|t| t.to_rfc3339()).collect();
//! assert_eq!(fires, [
//!     "2026-03-01T09:30:00+00:00",
//!     "2026-03-01T11:00:00+00:00",
//!     "2026-03-01T12:30:00+00:00",
//! ]);
//! # Ok(())
//! # }
//! ```
//!
//! # The language
//!
//! What [`Schedule`] reads with [`str::parse`] and writes with
//! [`to_string`](ToString::to_string):
//!
//! | text | meaning |
//! |---|---|
//! | `every 30s`, `every 1h 30m`, `every 10 minutes`, `PT90M` | elapsed time, at a fixed rate |
//! | `every 5m aligned` | on multiples of five minutes since the Unix epoch |
//! | `every 5s to 10s`, `every 5 to 10 minutes` | a random gap between the two, anew each time |
//! | `every day`, `every 2 weeks` | the same time of day, days later |
//! | `every day at 10:30`, `every 3 days at 10:30:15` | that time of day |
//! | `every monday, wednesday and friday at 09:00`, `every mon-fri at 09:00`, `every weekend at 11:00` | those days of the week |
//! | `every hour at :15`, `every 2 hours at :15:30`, `every minute at :30` | when the clock on the wall shows that minute or second |
//! | `cron 0 9 * * mon-fri`, `cron */15 9-17 * * *`, `@daily` | a cron expression: see [`Schedule::parse_cron`] |
//! | `delay 30s`, `delay 5s to 10s` | counted from the end of the last run |
//! | `at 2026-12-24 18:00`, `at 2026-12-24T18:00:00+01:00` | once |
//! | `... between 09:00 and 17:00`, `... on mon-fri` | no fire outside of these hours, on other days |
//! | `... gap skip`, `... fold both` | what a time means that does not exist, or exists twice |
//! | `... until 2026-12-24 18:00`, `... until 18:00`, `... for 1h` | no fire after that |
//! | `... in Europe/Berlin`, `... in UTC`, `... in local` | whose wall clock; the system's if none is named |
//!
//! `every` may be left out. Days and weeks are civil: a day later is the same
//! time of day tomorrow, whether tomorrow is 23 or 25 hours away. Hours and
//! below are elapsed time, and so are days inside a longer span (`1d 12h`).
//!
//! # Daylight saving
//!
//! A wall-clock time that does not exist, because the clock was set forward
//! over it, fires once at the first instant after the gap. One that exists
//! twice fires the first time only. The day after is back to normal. A date
//! that does not exist at all (`Pacific/Apia` has no 2011-12-30) has no fire.
//! [`Gap`] and [`Fold`] choose otherwise. Schedules within the hour
//! (`every hour at :15`) follow elapsed time: they neither pause nor double
//! when the clock changes.
//!
//! # Hours and days
//!
//! `between` and `on` leave out fires and move none: `every 6h between 09:00
//! and 17:00` started at 08:00 fires at 14:00 and never else. What the clock on
//! the wall shows at the fire decides, both ends of the hours are inside, and
//! hours past midnight (`between 22:00 and 06:00`) belong to the day on which
//! they begin. A delay is the exception: it has one fire only until the next
//! run, so it waits for the window to open.
//!
//! # Features
//!
//! * `chrono-tz`: named time zones. Without it there are `local` and `UTC`.
//! * `serde`: [`Schedule`], [`Zone`], [`Until`], [`Between`], [`Days`], [`Gap`]
//!   and [`Fold`] as strings.

#![forbid(unsafe_code)]

// When: the type, how one is made, and what it is.
mod schedule;

// What it answers: the next fire, the last, how many.
mod fires;

// The fluent way to write one (`every`), what becomes of it (`build`), and what
// else can stand where a schedule is asked for.
mod build;
mod every;
mod into;

// The last moment at which one may fire, and whose wall clock it follows.
mod until;
mod zone;

// Outside of which hours and days nothing fires, and what a time means that
// does not exist or exists twice.
mod clock_change;
mod in_window;
mod window;

// The arithmetic: days and weekdays, cron expressions, elapsed time, random
// gaps, minutes of the hour.
mod calendar;
mod cron;
mod interval;
mod random;
mod wall_grid;

// The language: said for people, written for the parser, and read.
mod describe;
mod display;
mod parse;

// Helpers.
mod error;
mod instant;
mod nearest;
#[cfg(feature = "serde")]
mod serde;
mod unit;

pub use crate::{
    clock_change::{Fold, Gap},
    cron::cron,
    error::Error,
    every::{Every, every},
    fires::Upcoming,
    into::{IntoSchedule, IntoSchedules, IntoUntil},
    parse::{parse_span, parse_spans},
    schedule::{Basis, Schedule},
    until::Until,
    window::{Between, Days},
    zone::Zone,
};

#[doc(hidden)]
pub use crate::{display::span_text, interval::interval_next_after, nearest::nearest, random::mix};
