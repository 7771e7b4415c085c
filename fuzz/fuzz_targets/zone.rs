//! Any text is a time zone or an error, and a zone reads back its own name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use task_schedule::Zone;

fuzz_target!(|text: &str| {
    if let Ok(zone) = text.parse::<Zone>() {
        assert_eq!(zone.to_string().parse(), Ok(zone));
    }
});
