//! Runs that fail are tried again, and runs that take too long are ended; what
//! happens is told to callbacks of the task, and to one for all tasks.
//!
//! The spans are short, so that the program ends at once. In earnest they are
//! seconds and minutes: `backoff = "1s to 1m"`, `timeout = "30s"`.
//!
//! ```text
//! cargo run -p task-examples --example retry_and_timeout
//! ```

use std::{future, thread, time::Duration};

use task::{Context, Event, Outcome, Run, TaskManager, task};

/// Fails twice. It waits up to 20 ms for its second attempt, up to 40 ms for the
/// next one, and never more than a second. How long is left to chance, so that
/// those that failed together don't come again together.
#[task(every = "1h", retry = 5, backoff = "20ms to 1s", on_success = report)]
fn upload(context: &Context) -> Result<(), &'static str> {
    match context.attempt() {
        1 | 2 => Err("no route to host"),
        _ => Ok(()),
    }
}

/// Waits for an answer that never comes. When the time is over, the future is
/// dropped, and with it what it holds.
#[task(
    every = "1h",
    timeout = "50ms",
    retry = 1,
    backoff = "20ms",
    disable_after = 2,
    on_failed = report,
)]
async fn ask() {
    let _connection = Connection;
    future::pending().await
}

/// Asks whether it shall end: a thread can't be ended from outside. Whatever it
/// returns then, it has taken too long.
#[task(every = "1h", threaded, timeout = "50ms", on_failed = report)]
fn index(context: &Context) -> Result<(), &'static str> {
    while !context.is_cancelled() {
        thread::sleep(Duration::from_millis(5)); // One more page.
    }
    Err("not all pages were read")
}

/// Something that has to be closed.
struct Connection;

impl Drop for Connection {
    fn drop(&mut self) {
        println!("    the connection is closed");
    }
}

/// Called for a run of these tasks, when no other attempt follows.
fn report(run: &Run) {
    println!("    {} at attempt {}", run.outcome(), run.attempt());
}

/// Called for whatever happens in the manager: a place for log lines and metrics.
fn watch(event: &Event) {
    match event {
        Event::Started { task, attempt, .. } => println!("  {task}: attempt {attempt}"),
        Event::TimedOut { task, timeout, .. } => println!("  {task}: {timeout:?} are over"),
        Event::Retrying { run, wait, .. } => {
            println!("  {}: {}; next in {wait:.0?}", run.task(), run.outcome());
        }
        Event::Finished(run) => println!("  {}: ended after {:.0?}", run.task(), run.duration()),
        other => println!("  {other}"),
    }
}

fn main() -> Result<(), task::Error> {
    let manager = TaskManager::builder().on_event(watch).build();
    manager.run()?;

    // By hand, so that nobody has to wait for an hour: a fire does the same.
    for name in ["upload", "index", "ask", "ask"] {
        println!("{name}");
        manager[name].run_now()?.wait()?;
        manager.settle(); // Until `watch` was told of everything.
    }
    assert!(manager.stop().is_clean());

    println!("history");
    for task in manager.tasks().into_values() {
        for run in task.history() {
            println!(
                "  {}: {}, {} attempts",
                run.task(),
                run.outcome(),
                run.attempt()
            );
        }
    }
    let last = |name: &str| manager[name].last().expect("it has run");
    assert!(last("upload").is_success());
    assert_eq!(last("upload").attempt(), 3);
    assert!(matches!(last("index").outcome(), Outcome::TimedOut(_)));
    assert!(matches!(last("ask").outcome(), Outcome::TimedOut(_)));
    assert!(!manager["ask"].is_enabled());
    Ok(())
}
