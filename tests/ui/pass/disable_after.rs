//! `disable_after` disables a task that goes on failing.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "1s", disable_after = 2)]
fn fails() -> Result<(), &'static str> {
    Err("no")
}

#[task(every = "1s", disable_after = 2)]
fn succeeds() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    for ran in [1, 2, 2] {
        clock.advance(Duration::from_secs(1));
        manager.settle();
        assert_eq!(manager["fails"].detail().unwrap().counters.ran, ran);
        assert_eq!(manager["fails"].is_enabled(), ran < 2);
    }
    assert!(manager["succeeds"].is_enabled());
}
