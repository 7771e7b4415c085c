//! What the options of an attribute mean together.

use chrono::{DateTime, TimeDelta, Utc};
use proc_macro2::Span;
use syn::LitStr;
use task_schedule::{Basis, Schedule, Until, Zone};

use crate::{
    errors::Errors,
    function::Function,
    limits,
    options::{Options, Start, When},
    policies,
    tokens::Tokens,
};

/// One schedule of the task.
pub(crate) enum Planned {
    Text {
        /// As the literal says it: the program applies the options, since a
        /// configuration may override them.
        written: Box<Schedule>,
        /// With all options applied that are known by now.
        applied: Schedule,
    },
    Expr(Tokens),
}

/// A schedule that is known while compiling, with the literal to blame.
pub(crate) struct Known<'a> {
    pub(crate) literal: &'a LitStr,
    /// As the literal says it.
    pub(crate) written: &'a Schedule,
    /// With all options applied.
    schedule: Schedule,
}

/// Applies the options to the schedules and reports what can't be meant.
pub(crate) fn check(
    options: &Options,
    function: Option<&Function>,
    errors: &mut Errors,
) -> Vec<Planned> {
    if !options.says_when() {
        errors.at_span(
            Span::call_site(),
            "say when the task runs: `every = \"30s\"`, `delay`, `cron`, `at` or `schedule`",
        );
    }
    let known: Vec<_> = options
        .when
        .iter()
        .filter_map(|when| known(options, when))
        .collect();
    // An expression, or a schedule that could not be read, may be what the
    // other options are for.
    let all_known = known.len() == options.when.len() && !options.when_incomplete();
    check_aligned(options, &known, errors);
    limits::check(options, &known, all_known, errors);
    check_until(options, &known, errors);
    check_jitter(options, &known, errors);
    check_twice(&known, errors);
    if all_known && !known.is_empty() {
        check_timezone(options, &known, errors);
        check_once(options, &known, errors);
    }
    policies::check(options, function, &known, all_known, errors);

    let mut texts = known.into_iter().map(|known| Planned::Text {
        written: Box::new(known.written.clone()),
        applied: known.schedule,
    });
    options
        .when
        .iter()
        .filter_map(|when| match when {
            When::Text { .. } => texts.next(),
            When::Expr(expr) => Some(Planned::Expr(expr.clone())),
        })
        .collect()
}

fn known<'a>(options: &Options, when: &'a When) -> Option<Known<'a>> {
    let When::Text {
        literal,
        schedule: written,
    } = when
    else {
        return None;
    };
    let mut schedule = written.clone();
    if options.aligned.is_some() {
        // What can't be aligned is reported by `check_aligned`.
        schedule = schedule.clone().aligned().unwrap_or(schedule);
    }
    schedule = limits::apply(options, schedule);
    if let Some(until) = &options.until {
        schedule = schedule.until(until.value);
    }
    if let Some(timezone) = &options.timezone {
        schedule = schedule.or_timezone(timezone.value);
    }
    Some(Known {
        literal,
        written,
        schedule,
    })
}

fn check_aligned(options: &Options, known: &[Known], errors: &mut Errors) {
    let Some(aligned) = &options.aligned else {
        return;
    };
    for Known { written, .. } in known {
        if (*written).clone().aligned().is_err() {
            errors.at(
                aligned,
                format!("only a plain interval can be `aligned`, and `{written}` is none"),
            );
        }
    }
}

fn check_until(options: &Options, known: &[Known], errors: &mut Errors) {
    let Some(until) = &options.until else {
        return;
    };
    for known in known {
        if ends_by_itself(known.written) {
            errors.at(
                &until.key,
                format!("`{}` already says when it ends", known.written),
            );
        } else if ends_before_date(known, until.value) || ends_before_first_period(options, known) {
            errors.at(
                &until.literal,
                format!(
                    "`{}` would never run: it ends before its first run",
                    known.written
                ),
            );
        }
    }
}

fn ends_by_itself(schedule: &Schedule) -> bool {
    schedule.until_from(DateTime::UNIX_EPOCH).is_some()
}

/// Returns true if a schedule that runs once does so after its own end.
fn ends_before_date(known: &Known, until: Until) -> bool {
    if !known.written.is_once() {
        return false;
    }
    // Not the zone of the machine that compiles.
    let zone = known.schedule.timezone();
    let zone = zone
        .filter(|zone| *zone != Zone::LOCAL)
        .unwrap_or(Zone::UTC);
    let without_end = known.written.clone().or_timezone(zone);
    let with_end = known.written.clone().until(until).or_timezone(zone);
    // The end may count from the start of the program, so assume the latest
    // start that is not too late.
    let min = DateTime::<Utc>::MIN_UTC;
    without_end
        .next_after(min, min)
        .and_then(|date| date.checked_sub_signed(TimeDelta::seconds(1)))
        .is_some_and(|start| with_end.next_after(start, start).is_none())
}

/// Returns true if a schedule that counts from the start of the program ends
/// before its first run.
fn ends_before_first_period(options: &Options, known: &Known) -> bool {
    let (Some(until), Some(period)) = (&options.until, known.schedule.period()) else {
        return false;
    };
    let first = match options.start.as_ref().map(|start| start.value) {
        None => period,
        Some(Start::Now) => return false,
        Some(Start::After(span)) => span,
    };
    let end = task_schedule::parse_span(&until.literal.value());
    let counts_from_start = known.written.basis() == Basis::Elapsed && options.aligned.is_none();
    counts_from_start && end.is_ok_and(|end| end < first)
}

fn check_jitter(options: &Options, known: &[Known], errors: &mut Errors) {
    let Some(jitter) = &options.jitter else {
        return;
    };
    for Known {
        written, schedule, ..
    } in known
    {
        if schedule
            .period()
            .is_some_and(|period| jitter.value >= period)
        {
            errors.at(
                &jitter.literal,
                format!(
                    "a jitter of {} is too long for `{written}`: \
                     it must be shorter than the time between two runs",
                    jitter.literal.value()
                ),
            );
        }
    }
}

fn check_twice(known: &[Known], errors: &mut Errors) {
    for (
        index,
        Known {
            literal, schedule, ..
        },
    ) in known.iter().enumerate()
    {
        if known[..index]
            .iter()
            .any(|earlier| earlier.schedule == *schedule)
        {
            errors.at(literal, format!("the schedule `{schedule}` is given twice"));
        }
    }
}

fn check_timezone(options: &Options, known: &[Known], errors: &mut Errors) {
    let Some(timezone) = &options.timezone else {
        return;
    };
    let names_own = |known: &Known| known.written.timezone().is_some();
    let has_effect = |known: &Known| known.schedule.uses_timezone() && !names_own(known);
    if known.iter().any(has_effect) {
        return;
    }
    let reason = if known.iter().all(names_own) {
        "each schedule names its own"
    } else {
        "no schedule depends on the time of day"
    };
    errors.at(&timezone.key, format!("`timezone` has no effect: {reason}"));
}

fn check_once(options: &Options, known: &[Known], errors: &mut Errors) {
    if !known.iter().all(|known| known.written.is_once()) {
        return;
    }
    if let Some(start) = &options.start {
        errors.at(
            &start.key,
            "`start` has no effect: `at` says when the task runs",
        );
    }
    if let Some(max_runs) = &options.max_runs {
        errors.at(
            &max_runs.key,
            "`max_runs` has no effect: what runs `at` a time runs once",
        );
    }
}
