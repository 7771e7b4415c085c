//! Any text is a limit or an error, and a limit reads back its own text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use task_schedule::Until;

fuzz_target!(|text: &str| {
    if let Ok(until) = text.parse::<Until>() {
        assert_eq!(until.to_string().parse(), Ok(until));
    }
});
