//! Nothing is taken from the prelude or from the names around the function.

#![no_implicit_prelude]

mod user {
    // Names that a careless expansion would pick up.
    #[allow(dead_code)]
    mod core {}
    #[allow(dead_code)]
    mod std {}
    #[allow(dead_code)]
    mod task {}
    #[allow(dead_code, non_snake_case)]
    fn Some() {}
    #[allow(dead_code)]
    struct Option;

    #[::task::task(
        every = "1s",
        schedule = every(1).hour(),
        until = "2h",
        start = "1s",
        jitter = "1ms",
        max_runs = 5,
        on_success = || (),
        on_failed = done
    )]
    fn beat() {}

    fn done() {}
}

fn main() {
    let clock = ::task::ManualClock::new();
    let manager = ::task::TaskManager::builder()
        .clock(::std::clone::Clone::clone(&clock))
        .build();
    clock.advance(::std::time::Duration::from_secs(2));
    ::std::assert!(manager.run_pending() > 0);
}
