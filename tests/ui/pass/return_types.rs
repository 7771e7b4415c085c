//! What a task may return.

use std::{error::Error, ops::ControlFlow, time::Duration};

use task::{ManualClock, TaskManager, task};

#[task(every = "1s")]
fn nothing() {}

#[task(every = "1s")]
fn unit() -> () {}

#[task(every = "1s")]
fn result() -> Result<usize, Box<dyn Error>> {
    Ok(5)
}

#[task(every = "1s")]
fn flow() -> ControlFlow<()> {
    ControlFlow::Break(())
}

#[task(every = "1s")]
fn result_of_flow() -> std::result::Result<ControlFlow<()>, String> {
    Ok(ControlFlow::Continue(()))
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 5);
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 4);
}
