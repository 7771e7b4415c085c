//! A window, `gap` and `fold` apply to the schedule of an expression too.

use task::{ManualClock, TaskManager, task};

#[task(
    schedule = every(10).minutes(),
    between = "09:00 to 17:00",
    days = "mon-fri",
    timezone = "UTC",
)]
fn window() {}

#[task(schedule = every(1).day().at("02:30"), gap = "skip", fold = "last")]
fn changes() {}

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    manager.check().unwrap();
    let text = |name: &str| manager.get(name).unwrap().jobs()[0].schedule().to_string();
    assert_eq!(
        text("window"),
        "every 10m between 09:00 and 17:00 on mon-fri in UTC"
    );
    assert_eq!(text("changes"), "every day at 02:30 gap skip fold last");
}
