//! The attribute of the crate `task`, where it is `task::task`.
//!
//! An attribute is parsed, checked and expanded. All its errors are reported
//! at once, each at its token, and the function is always given back.

mod parse; // Tokens to entries.

mod keys; // Entries to options, each right by itself.
mod options;
mod values;

mod function; // The function under the attribute.

mod check; // What the options mean together.
mod limits;

mod expand; // The function and its registration.

mod doc;
mod errors;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use crate::errors::Errors;

/// Makes a function a task, which runs by itself when it should.
///
/// ```standalone_crate
/// use task::{ManualClock, TaskManager, task};
///
/// /// Copies what changed to the other side.
/// #[task(every = "30s", name = "sync", on_failed = warn)]
/// fn pull_remote_state() -> Result<(), String> {
///     Ok(())
/// }
///
/// fn warn(run: &task::Run) {
///     eprintln!("{} failed: {:?}", run.task(), run.error());
/// }
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().clock(clock.clone()).build();
/// assert_eq!(manager.run_pending(), 0);
/// clock.advance(std::time::Duration::from_secs(30));
/// assert_eq!(manager.run_pending(), 1);
///
/// // It is still a function.
/// assert!(pull_remote_state().is_ok());
/// ```
///
/// # Options
///
/// At least one of `every`, `delay`, `cron`, `at` and `schedule` is needed. They
/// may be combined, and each takes a list: a task has one job for each schedule.
///
/// | option | value | meaning | default |
/// |---|---|---|---|
/// | `every` | `"30s"`, `"1h 30m"`, `"5s to 10s"`, `"day at 10:30"`, `"mon-fri at 09:00 in UTC"` | again and again; intervals at a fixed rate | |
/// | `delay` | `"30s"`, `"5s to 10s"` | that long after the end of the last run | |
/// | `cron` | `"0 9 * * mon-fri"`, `"*/10 * * * * *"`, `"@daily"` | a cron expression of 5 fields, of 6 with the second first, or of 7 with also the year last | |
/// | `at` | `"2026-12-24 18:00"`, `"2026-12-24T18:00:00Z"` | once | |
/// | `schedule` | an expression: `every(10).seconds()`, a `Schedule`, a `Result` of one | what it says when the manager is built | |
/// | `timezone` | `"UTC"`, `"local"`, and with the feature `chrono-tz` `"Europe/Berlin"` | for each schedule that names none | `"local"` |
/// | `between` | `"09:00 to 17:00"`, `"22:00 to 06:00"` | no fire outside of these hours, for each schedule | at any hour |
/// | `days` | `"mon-fri"`, `"sat, sun"` | no fire on other days, for each schedule; hours past midnight belong to the day before | on any day |
/// | `gap` | `"after"`, `"shift"`, `"skip"` | what a time means over which the clock is set forward: the first instant after it, as much later, nothing | `"after"` |
/// | `fold` | `"first"`, `"last"`, `"both"` | which of the two is meant by a time over which the clock is set back | `"first"` |
/// | `start` | `"now"`, `"10s"` | a first run at the start of the manager, or that long after it | after one period |
/// | `aligned` | | intervals fire on multiples of their period since the Unix epoch | counted from the start |
/// | `until` | `"2026-12-24 18:00"`, `"18:00"`, `"1h"` | no run after it | no end |
/// | `max_runs` | `5` | a job ends after so many runs | no end |
/// | `missed` | `"once"`, `"skip"`, `"all"` | what becomes of fires whose time has passed, because the program was busy or the machine asleep: one run for all of them, none, one for each (of the last 1000) | `"once"` |
/// | `grace` | `"1m"` | with `missed = "skip"`: how late the latest fire may be and still run | `"1s"` |
/// | `jitter` | `"2s"` | moves each start by less than that | none |
/// | `name` | `"sync"` | unique in the program | the function's name |
/// | `tags` | `["io", "hourly"]` | for `TaskManager::tagged` | none |
/// | `threaded` | | runs on a worker thread, and holds up no other job | on the scheduler's thread |
/// | `disabled` | | starts disabled, and keeps its schedule | enabled |
/// | `on_success`, `on_failed`, `on_complete` | a function or a closure of nothing or of `&Run` | called after a run that succeeded, that failed, after each run | |
/// | `crate` | `my_task`, `"my_task"` | where the crate `task` is, if not at `::task` | `::task` |
///
/// Hours, days and what a change of the clock means may also stand in the text
/// of one schedule, as in `every = "10m between 09:00 and 17:00 on mon-fri"`, but
/// not there and as an option of the same attribute.
///
/// In the expression of `schedule` the names `every` and `Schedule` are those
/// of the crate `task`; they need no `use`.
///
/// ```standalone_crate
/// use task::task;
///
/// #[task(
///     every = ["hour at :15", "mon-fri at 09:00"],
///     at = "2026-12-24 18:00",
///     schedule = every(5).to(10).minutes(),
///     timezone = "UTC",
///     tags = ["io", "reports"],
///     threaded,
///     on_success = || println!("done"),
/// )]
/// fn report() {}
/// # report();
/// ```
///
/// ```standalone_crate
/// use task::task;
///
/// #[task(
///     every = "10m",
///     cron = "0 12 * * *",
///     between = "09:00 to 17:00",
///     days = "mon-fri",
///     timezone = "UTC",
///     missed = "skip",
///     grace = "1m",
/// )]
/// fn poll() {}
/// # poll();
/// ```
///
/// # The function
///
/// It is a plain `fn`, outside of `impl` blocks, that takes nothing and returns
/// `()`, a `Result` whose error can be displayed, `ControlFlow<()>` (`Break`
/// cancels the job), or a `Result` of that. It stays as it is: it can be called
/// and tested. A sentence that says when it runs is added to its documentation.
///
/// # Errors
///
/// What can't be meant does not compile: an interval of zero, `10:75`, an
/// unknown time zone, an option that has no effect on the schedules given. All
/// mistakes of an attribute are reported together, each where it is.
///
/// ```compile_fail
/// # use task::task;
/// #[task(every = "0s", evry = "30s")]
/// fn beat() {}
/// ```
#[proc_macro_attribute]
pub fn task(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute(arguments.into(), item.into()).into()
}

/// Names the static of a task by the path of its function. Not public API.
#[doc(hidden)]
#[proc_macro]
pub fn def_of(path: TokenStream) -> TokenStream {
    expand::def_of(path.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// The attribute, in terms that also work outside of a compilation.
fn attribute(
    arguments: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let mut errors = Errors::default();
    let function = function::read(item.clone(), &mut errors);
    let entries = parse::entries(arguments, &mut errors);
    let options = keys::read(entries, &mut errors);
    let schedules = check::check(&options, &mut errors);
    match function {
        Some(function) if errors.is_empty() => expand::expand(&function, &options, &schedules),
        _ => {
            let mut output = errors.into_compile_errors();
            output.extend(item);
            output
        }
    }
}
