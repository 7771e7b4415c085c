//! The attribute of the crate `task`, where it is `task::task`.
//!
//! An attribute is parsed, checked and expanded. All its errors are reported
//! at once, each at its token, and the function is always given back.

mod parse; // Tokens to entries.
mod value;

mod callbacks;
mod keys; // Entries to options, each right by itself.
mod numbers;
mod options;
mod values;

mod attributes;
mod function; // The function under the attribute.
mod signature;

mod check; // What the options mean together.
mod limits;
mod policies;

mod body;
mod expand; // The function and its registration.

mod doc;
#[cfg(doctest)]
mod editions;
mod errors;
mod sentence;
#[cfg(test)]
mod tests;
mod tokens;

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
/// | `overlap` | `"skip"`, `"queue"`, `"allow"`, `"cancel"`, `3` | what a fire does while the task is running, if it is `threaded` or async: nothing, wait for the end (one fire at the most), run beside it, take its place, run beside it up to so many in all | `"skip"` |
/// | `retry` | `3` | how often a run that failed is tried again | not at all |
/// | `backoff` | `"10s"`, `"1s to 1m"` | with `retry`: how long a failed run waits, or what bounds a wait that is drawn from zero on, at first and, doubling each time, at last | `"1s to 1m"` |
/// | `timeout` | `"10s"` | a longer attempt has failed: the future of an `async fn` is dropped, a `fn` is told by `Context::is_cancelled` | none |
/// | `when` | a function or a closure of nothing or of `&Context`, which returns `bool` | asked at each fire, which is skipped if it is false | |
/// | `disable_after` | `5` | disables the task after so many failures in a row | never |
/// | `exclusive` | `"db"`, `["db", "net"]` | tasks of one group never run at the same time | in no group |
/// | `priority` | `10`, `-5` | of the jobs that are due in the same round for the same time, the higher goes first | `0` |
/// | `history` | `100` | how many of the last runs are kept | what the builder says, or `10` |
/// | `jitter` | `"2s"` | moves each start by less than that | none |
/// | `name` | `"sync"` | unique in the program | the function's name |
/// | `tags` | `["io", "hourly"]` | for `TaskManager::tagged` | none |
/// | `threaded` | | runs on a worker thread, and holds up no other job | on the scheduler's thread |
/// | `disabled` | | starts disabled, and keeps its schedule | enabled |
/// | `on_success`, `on_failed`, `on_complete` | a function or a closure of nothing or of `&Run` | called after a run that succeeded, that failed, after each run | |
/// | `on_skipped` | a function or a closure of nothing or of `&Skip` | called for a fire that started nothing | |
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
/// ```standalone_crate
/// use chrono::{DateTime, Timelike, Utc};
/// use task::{Run, Skip, task};
///
/// #[task(
///     every = "1m",
///     threaded,
///     overlap = "queue",
///     retry = 3,
///     backoff = "1s to 1m",
///     timeout = "10s",
///     when = |context| is_night(context.fire_time()),
///     disable_after = 5,
///     exclusive = "db",
///     priority = -5,
///     history = 100,
///     on_failed = |run: &Run| eprintln!("{}: {:?}", run.task(), run.error()),
///     on_skipped = |skip: &Skip| eprintln!("{}: {}", skip.task(), skip.reason()),
/// )]
/// fn compact() {}
///
/// fn is_night(time: DateTime<Utc>) -> bool {
///     !(6..22).contains(&time.hour())
/// }
/// # compact();
/// ```
///
/// # The function
///
/// It is a `fn` or an `async fn`, outside of `impl` blocks. It returns `()`, a
/// `Result` whose error can be displayed, `ControlFlow<()>` (`Break` cancels the
/// job), or a `Result` of that. It stays as it is: it can be called and tested.
/// A sentence that says when it runs is added to its documentation.
///
/// It takes as many parameters as it needs, in any order, each of one of these types:
///
/// | type | what it is given |
/// |---|---|
/// | `&Context`, `Context` | the run: the name of its task, its fire time, which attempt it is, whether it shall end |
/// | `State<T>` | the value of the type `T` that the manager was built with; a task for which there is none is refused by `check()` and `run()` |
///
/// ```standalone_crate
/// use std::{sync::Mutex, time::Duration};
/// use task::{Context, ManualClock, State, TaskManager, task};
///
/// #[derive(Default)]
/// struct Queue {
///     mails: Mutex<Vec<String>>,
/// }
///
/// #[task(every = "30s")]
/// fn send(context: &Context, queue: State<Queue>) {
///     while !context.is_cancelled() {
///         let Some(mail) = queue.mails.lock().unwrap().pop() else { return };
///         println!("{}: sending {mail}", context.task());
///     }
/// }
///
/// let queue = State::new(Queue { mails: Mutex::new(vec!["hello".to_owned()]) });
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().clock(clock.clone()).state(Queue::default()).build();
/// clock.advance(Duration::from_secs(30));
/// assert_eq!(manager.run_pending(), 1);
///
/// // In a test it is called with a state and a context of its own.
/// send(&Context::detached("send"), queue.clone());
/// assert!(queue.mails.lock().unwrap().is_empty());
/// ```
///
/// An `async fn` needs nothing else, and holds up no other job. Its future has to
/// be `Send`: what is not, such as an `Rc`, must be gone before the next `.await`.
///
/// ```standalone_crate
/// use std::time::Duration;
/// use task::{ManualClock, State, TaskManager, task};
///
/// struct Client {
///     url: String,
/// }
///
/// #[task(every = "10s", timeout = "5s")]
/// async fn ping(State(client): State<Client>) -> Result<(), String> {
///     fetch(&client.url).await
/// }
/// # async fn fetch(url: &str) -> Result<(), String> {
/// #     url.starts_with("https://").then_some(()).ok_or_else(|| url.to_owned())
/// # }
///
/// let client = Client { url: "https://example.com".to_owned() };
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().clock(clock.clone()).state(client).build();
/// clock.advance(Duration::from_secs(10));
/// manager.settle(); // Waits for its end.
/// assert!(manager["ping"].last().unwrap().is_success());
/// ```
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

/// Names the constant of a task by the path of its function. Not public API.
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
    let schedules = check::check(&options, function.as_ref(), &mut errors);
    match function {
        Some(function) if errors.is_empty() => expand::expand(&function, &options, &schedules),
        _ => {
            let mut output = errors.into_compile_errors();
            output.extend(item);
            output
        }
    }
}
