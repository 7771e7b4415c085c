//! Any text is a schedule or an error, and a schedule reads back its own text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use task_schedule::Schedule;

fuzz_target!(|text: &str| {
    if let Ok(schedule) = text.parse::<Schedule>() {
        assert_eq!(schedule.to_string().parse(), Ok(schedule.clone()));
        assert!(!schedule.describe().is_empty());
    }
});
