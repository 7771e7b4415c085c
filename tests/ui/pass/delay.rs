//! `delay` counts from the end of the last run.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(delay = "30s")]
fn one() {}

#[task(delay = ["1h", "2h to 3h"])]
fn many() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    assert_eq!(manager.get("many").unwrap().jobs().len(), 2);

    clock.advance(Duration::from_secs(45));
    assert_eq!(manager.run_pending(), 1);
    clock.advance(Duration::from_secs(29));
    assert_eq!(manager.run_pending(), 0);
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 1);
    one();
}
