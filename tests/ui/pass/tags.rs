//! `tags` groups tasks.

use task::{ManualClock, TaskManager, task};

#[task(every = "1h", tags = ["io", "hourly job"])]
fn beat() {}

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    assert_eq!(manager.tagged("io").len(), 1);
    assert_eq!(manager.tagged("hourly job").len(), 1);
    assert_eq!(manager.tagged("net").len(), 0);
}
