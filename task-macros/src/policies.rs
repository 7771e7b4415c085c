//! What the policies of an attribute mean together: what becomes of fires that
//! were missed or overlap, and of runs that fail.

use crate::{
    check::Known,
    errors::Errors,
    function::Function,
    options::{Missed, Options, Overlap},
};

/// Reports what has no effect; without a function, only what has none on any.
pub(crate) fn check(
    options: &Options,
    function: Option<&Function>,
    known: &[Known],
    all_known: bool,
    errors: &mut Errors,
) {
    if all_known && !known.is_empty() {
        check_missed(options, known, errors);
    }
    check_grace(options, errors);
    check_backoff(options, errors);
    check_threaded(options, function, errors);
    check_overlap(options, function, errors);
}

fn check_missed(options: &Options, known: &[Known], errors: &mut Errors) {
    let Some(missed) = &options.missed else {
        return;
    };
    if known.iter().all(|known| known.written.is_delay()) {
        errors.at(
            &missed.key,
            "`missed` has no effect: a delay misses nothing",
        );
    }
}

fn check_grace(options: &Options, errors: &mut Errors) {
    let Some(grace) = &options.grace else {
        return;
    };
    let skips = matches!(&options.missed, Some(missed) if missed.value == Missed::Skip);
    if !skips && !options.unread.may_hold("missed") {
        errors.at(
            &grace.key,
            "`grace` has no effect: it goes with `missed = \"skip\"`",
        );
    }
}

fn check_backoff(options: &Options, errors: &mut Errors) {
    let Some(backoff) = &options.backoff else {
        return;
    };
    if options.retry.is_none() && !options.unread.may_hold("retry") {
        errors.at(
            &backoff.key,
            "`backoff` has no effect: it goes with `retry`",
        );
    }
}

fn check_threaded(options: &Options, function: Option<&Function>, errors: &mut Errors) {
    let Some(threaded) = &options.threaded else {
        return;
    };
    if function.is_some_and(|function| function.signature.is_async) {
        errors.at(
            threaded,
            "`threaded` has no effect on an `async fn`: it never runs on the scheduler's thread",
        );
    }
}

fn check_overlap(options: &Options, function: Option<&Function>, errors: &mut Errors) {
    let Some(overlap) = &options.overlap else {
        return;
    };
    let is_threaded = options.threaded.is_some() || options.unread.may_hold("threaded");
    if !is_threaded && function.is_some_and(|function| !function.signature.is_async) {
        errors.at(
            &overlap.key,
            "`overlap` has no effect: the task runs on the scheduler's thread, \
             one run after the other; add `threaded`",
        );
        return;
    }
    let value = match overlap.value {
        Overlap::Allow => "\"allow\"".to_owned(),
        Overlap::AtMost(runs) => runs.to_string(),
        Overlap::Skip | Overlap::Queue | Overlap::Cancel => return,
    };
    if !options.exclusive.is_empty() {
        errors.at(
            &overlap.key,
            format!(
                "`overlap = {value}` has no effect: \
                 tasks of an exclusive group never run at the same time"
            ),
        );
    }
}
