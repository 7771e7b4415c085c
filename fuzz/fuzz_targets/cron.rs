//! Any text is a cron expression or an error, and an expression reads back its
//! own text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use task_schedule::Schedule;

fuzz_target!(|text: &str| {
    if let Ok(schedule) = Schedule::parse_cron(text) {
        assert_eq!(schedule.to_string().parse(), Ok(schedule.clone()));
        assert!(!schedule.describe().is_empty());
    }
});
