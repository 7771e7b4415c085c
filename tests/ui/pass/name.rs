//! `name` names a task, else its function does.

use task::{ManualClock, TaskManager, task};

#[task(every = "1h", name = "Sample 1: ü")]
fn given() {}

#[task(every = "1h")]
fn r#default() {}

#[task(every = "1h")]
fn r#loop() {}

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    assert!(manager.get("Sample 1: ü").is_some());
    assert!(manager.get("given").is_none());
    assert!(manager.get("default").is_some());
    assert!(manager.get("loop").is_some());
    given();
    r#default();
    r#loop();
}
