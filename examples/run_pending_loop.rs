//! No background thread: the program has a loop of its own, as a game, a window
//! or a device has, and asks the manager in it what is due.
//!
//! `run_pending` runs what is due, on this thread, and returns; `idle` says for
//! how long nothing will be. Between the two the program does what it likes.

use std::{thread, time::Instant};

use task::{TaskManager, task};

#[task(every = "200ms", max_runs = 8)]
fn blink() {
    show("blink");
}

/// Fails at each run. The others don't notice, and neither does the loop.
#[task(every = "500ms", max_runs = 3, on_failed = |run| show(&run.outcome().to_string()))]
fn read_sensor() -> Result<f64, std::num::ParseFloatError> {
    "n/a".parse()
}

/// Says on which thread it is called: there is but one.
fn show(what: &str) {
    let thread = thread::current();
    println!("  [{}] {what}", thread.name().unwrap_or("unnamed"));
}

fn main() -> Result<(), task::Error> {
    let manager = TaskManager::new();
    // `run` would report what is wrong with the tasks; here nobody calls it.
    manager.check()?;

    let started = Instant::now();
    // `None` means that nothing will ever be due again: both tasks have had
    // their last run. A program that goes on for ever has no such end.
    while let Some(idle) = manager.idle() {
        // Here a program draws its window or reads its socket, for as long as
        // `idle` allows. This one has nothing else to do.
        thread::sleep(idle);
        let n_runs = manager.run_pending();
        println!("{:4} ms: {n_runs} ran", started.elapsed().as_millis());
    }
    println!("nothing is left to run");
    Ok(())
}
