//! The hours, the days and the changes of the clock of which an attribute
//! speaks, put on its schedules.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use task_schedule::{Error, Schedule};

use crate::{
    check::Known,
    errors::Errors,
    options::{Given, Options},
};

/// Puts them on a schedule, without those that it does not take.
///
/// That is right for `gap` and `fold`, which are for the schedules on which
/// they have an effect. What else is left out is reported by [`check`].
pub(crate) fn apply(options: &Options, schedule: Schedule) -> Schedule {
    let schedule = with(schedule, &options.between, Schedule::between);
    let schedule = with(schedule, &options.days, Schedule::days);
    let schedule = with(schedule, &options.gap, Schedule::gap);
    with(schedule, &options.fold, Schedule::fold)
}

fn with<T: Copy>(
    schedule: Schedule,
    option: &Option<Given<T>>,
    set: fn(Schedule, T) -> Result<Schedule, Error>,
) -> Schedule {
    match option {
        Some(given) => set(schedule.clone(), given.value).unwrap_or(schedule),
        None => schedule,
    }
}

/// Reports what has no effect, lets no fire through, or is said twice.
///
/// A window is for all schedules of the attribute, `gap` and `fold` for at
/// least one.
pub(crate) fn check(options: &Options, known: &[Known], all_known: bool, errors: &mut Errors) {
    if let Some(between) = &options.between {
        check_twice(&between.key, "between", known, errors);
        let refusals = refusals(known, "between", |schedule| schedule.between(between.value));
        report_misfits(between, &refusals, known, all_known, errors);
    }
    if let Some(days) = &options.days {
        check_twice(&days.key, "on", known, errors);
        // Hours past midnight make more days possible.
        let refusals = refusals(known, "on", |schedule| {
            with(schedule, &options.between, Schedule::between).days(days.value)
        });
        report_misfits(days, &refusals, known, all_known, errors);
    }
    if let Some(gap) = &options.gap {
        check_twice(&gap.key, "gap", known, errors);
        let refusals = refusals(known, "gap", |schedule| schedule.gap(gap.value));
        report_no_effect(&gap.key, &refusals, known, all_known, errors);
    }
    if let Some(fold) = &options.fold {
        check_twice(&fold.key, "fold", known, errors);
        let refusals = refusals(known, "fold", |schedule| schedule.fold(fold.value));
        report_no_effect(&fold.key, &refusals, known, all_known, errors);
    }
}

fn check_twice(key: &Ident, word: &str, known: &[Known], errors: &mut Errors) {
    for known in known.iter().filter(|known| says_itself(known, word)) {
        let written = known.written;
        let message = match word {
            "between" => format!("`{written}` already says between which hours"),
            "on" => format!("`{written}` already says on which days"),
            // The canonical text leaves out what is the default.
            _ => format!("`{}` already says its `{word}`", known.literal.value()),
        };
        errors.at(key, message);
    }
}

/// Does the text of the schedule have this option of its own? In a schedule
/// none of the words has another meaning.
fn says_itself(known: &Known, word: &str) -> bool {
    let text = known.literal.value();
    text.split_whitespace()
        .any(|other| other.eq_ignore_ascii_case(word))
}

/// The schedules that do not take an option, and why.
fn refusals<'a>(
    known: &'a [Known<'a>],
    word: &str,
    set: impl Fn(Schedule) -> Result<Schedule, Error>,
) -> Vec<(&'a Known<'a>, Error)> {
    known
        .iter()
        .filter(|known| !says_itself(known, word))
        .filter_map(|known| Some((known, set(known.written.clone()).err()?)))
        .collect()
}

/// Reports each schedule that a window is not for: at the window, or at the
/// schedule if the window is good for another.
fn report_misfits<T>(
    window: &Given<T>,
    refusals: &[(&Known, Error)],
    known: &[Known],
    all_known: bool,
    errors: &mut Errors,
) {
    let suits_another = refusals.len() < known.len() || !all_known;
    for (known, error) in refusals {
        let place = if suits_another {
            known.literal
        } else {
            &window.literal
        };
        if known.written.is_once() {
            let (written, key) = (known.written, window.key.unraw());
            let message = format!("`{written}` happens once, `{key}` has no effect on it");
            errors.at(place, message);
        } else {
            errors.at(place, error);
        }
    }
}

/// Reports an option that has an effect on no schedule.
fn report_no_effect(
    key: &Ident,
    refusals: &[(&Known, Error)],
    known: &[Known],
    all_known: bool,
    errors: &mut Errors,
) {
    if !all_known || known.is_empty() || refusals.len() < known.len() {
        return;
    }
    let reasons: Vec<_> = refusals
        .iter()
        .map(|(_, error)| error.to_string())
        .collect();
    errors.at(key, reasons.join("\n"));
}
