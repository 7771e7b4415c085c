//! What can stand where a schedule or a limit is asked for.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};

use crate::{error::Error, every::Every, schedule::Schedule, until::Until};

/// What can stand where a schedule is asked for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no schedule",
    label = "expected `every(10).seconds()`, a `Schedule`, a text, or a `Result<Schedule, _>`"
)]
pub trait IntoSchedule {
    /// Makes a schedule of it.
    ///
    /// # Errors
    ///
    /// It is not one.
    fn into_schedule(self) -> Result<Schedule, Error>;
}

impl IntoSchedule for Schedule {
    fn into_schedule(self) -> Result<Schedule, Error> {
        Ok(self)
    }
}

impl IntoSchedule for Every {
    fn into_schedule(self) -> Result<Schedule, Error> {
        self.build()
    }
}

impl IntoSchedule for Result<Schedule, Error> {
    fn into_schedule(self) -> Result<Schedule, Error> {
        self
    }
}

impl IntoSchedule for &str {
    fn into_schedule(self) -> Result<Schedule, Error> {
        self.parse()
    }
}

impl IntoSchedule for String {
    fn into_schedule(self) -> Result<Schedule, Error> {
        self.parse()
    }
}

/// What can stand where one schedule or several are asked for: what
/// [`IntoSchedule`] takes, or an array or a vector of it.
///
/// # Example
///
/// ```
/// use task_schedule::{IntoSchedules, every};
///
/// assert_eq!("every 30s".into_schedules().len(), 1);
/// assert_eq!(["every 30s", "day at 10:30"].into_schedules().len(), 2);
/// assert_eq!(vec![every(5).minutes()].into_schedules()[0], "every 5m".parse());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no schedule and no list of schedules",
    label = "expected `every(10).seconds()`, a `Schedule`, a text, a `Result<Schedule, _>`, or an array or `Vec` of one of these"
)]
pub trait IntoSchedules {
    /// Makes a schedule of each, or says why there is none.
    fn into_schedules(self) -> Vec<Result<Schedule, Error>>;
}

impl<S: IntoSchedule> IntoSchedules for S {
    fn into_schedules(self) -> Vec<Result<Schedule, Error>> {
        vec![self.into_schedule()]
    }
}

impl<S: IntoSchedule, const N: usize> IntoSchedules for [S; N] {
    fn into_schedules(self) -> Vec<Result<Schedule, Error>> {
        self.map(IntoSchedule::into_schedule).into()
    }
}

impl<S: IntoSchedule> IntoSchedules for Vec<S> {
    fn into_schedules(self) -> Vec<Result<Schedule, Error>> {
        self.into_iter().map(IntoSchedule::into_schedule).collect()
    }
}

impl TryFrom<Every> for Schedule {
    type Error = Error;

    fn try_from(every: Every) -> Result<Schedule, Error> {
        every.build()
    }
}

/// What [`Every::until`] takes.
pub trait IntoUntil {
    /// Makes a limit of it.
    ///
    /// # Errors
    ///
    /// It is not one.
    fn into_until(self) -> Result<Until, Error>;
}

impl IntoUntil for Until {
    fn into_until(self) -> Result<Until, Error> {
        Ok(self)
    }
}

impl IntoUntil for &str {
    fn into_until(self) -> Result<Until, Error> {
        self.parse()
    }
}

impl IntoUntil for DateTime<Utc> {
    fn into_until(self) -> Result<Until, Error> {
        Ok(Until::at(self))
    }
}

impl IntoUntil for NaiveDateTime {
    fn into_until(self) -> Result<Until, Error> {
        Ok(self.into())
    }
}

impl IntoUntil for NaiveTime {
    fn into_until(self) -> Result<Until, Error> {
        Ok(self.into())
    }
}

impl IntoUntil for Duration {
    fn into_until(self) -> Result<Until, Error> {
        if self.is_zero() {
            return Err(Error::new(
                "a limit of zero lets nothing fire, it must be at least 1ns",
            ));
        }
        Ok(Until::after(self))
    }
}
