//! The attribute of the crate `task`, where it is `task::task`.
//!
//! An attribute is parsed, checked and expanded. All its errors are reported
//! at once, each at its token, and the function is always given back.

mod parse; // Tokens to entries.

mod keys; // Entries to options, each right by itself.
mod values;

mod function; // The function under the attribute.

mod check; // What the options mean together.

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
/// At least one of `every`, `delay`, `at` and `schedule` is needed. They may be
/// combined, and each takes a list: a task has one job for each schedule.
///
/// | option | value | meaning | default |
/// |---|---|---|---|
/// | `every` | `"30s"`, `"1h 30m"`, `"5s to 10s"`, `"day at 10:30"`, `"mon-fri at 09:00 in UTC"` | again and again; intervals at a fixed rate | |
/// | `delay` | `"30s"`, `"5s to 10s"` | that long after the end of the last run | |
/// | `at` | `"2026-12-24 18:00"`, `"2026-12-24T18:00:00Z"` | once | |
/// | `schedule` | an expression: `every(10).seconds()`, a `Schedule`, a `Result` of one | what it says when the manager is built | |
/// | `timezone` | `"UTC"`, `"local"`, and with the feature `chrono-tz` `"Europe/Berlin"` | for each schedule that names none | `"local"` |
/// | `start` | `"now"`, `"10s"` | a first run at the start of the manager, or that long after it | after one period |
/// | `aligned` | | intervals fire on multiples of their period since the Unix epoch | counted from the start |
/// | `until` | `"2026-12-24 18:00"`, `"18:00"`, `"1h"` | no run after it | no end |
/// | `max_runs` | `5` | a job ends after so many runs | no end |
/// | `jitter` | `"2s"` | moves each start by less than that | none |
/// | `name` | `"sync"` | unique in the program | the function's name |
/// | `tags` | `["io", "hourly"]` | for `TaskManager::tagged` | none |
/// | `threaded` | | runs on a worker thread, and holds up no other job | on the scheduler's thread |
/// | `disabled` | | starts disabled, and keeps its schedule | enabled |
/// | `on_success`, `on_failed`, `on_complete` | a function or a closure of nothing or of `&Run` | called after a run that succeeded, that failed, after each run | |
/// | `crate` | `my_task`, `"my_task"` | where the crate `task` is, if not at `::task` | `::task` |
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
