//! A task knows the line of its function.

use task::{ManualClock, TaskManager, task};

#[task(every = "1s")]
/// Between the attribute and the function.
fn beat() {}

macro_rules! make {
    ($name:ident) => {
        #[task(every = "1s")]
        fn $name() {}
    };
}

make!(made);

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    let location = |name: &str| {
        manager
            .tasks_detail()
            .into_iter()
            .find(|detail| detail.name == name)
            .unwrap()
            .location
    };
    assert!(
        location("beat").to_string().ends_with("location.rs:7"),
        "{}",
        location("beat")
    );
    assert!(
        location("made").to_string().ends_with("location.rs:16"),
        "{}",
        location("made")
    );
}
