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
    #[allow(dead_code)]
    struct Send;
    #[allow(dead_code)]
    struct Future;
    #[allow(dead_code)]
    fn param() {}

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

    #[::task::task(
        every = "1s",
        threaded,
        overlap = 2,
        retry = 1,
        backoff = "1s",
        timeout = "1m",
        when = yes,
        disable_after = 5,
        priority = -1,
        history = 2,
        on_skipped = done
    )]
    fn takes(_context: &::task::Context, _state: ::task::State<u8>) {}

    #[::task::task(every = "1s", exclusive = "db", when = |_| true, on_skipped = |_| ())]
    async fn awaited(_context: &::task::Context) -> ::std::result::Result<u8, u8> {
        ::std::future::ready(()).await;
        ::std::result::Result::Ok(5)
    }

    fn yes() -> bool {
        true
    }

    fn done() {}
}

fn main() {
    let clock = ::task::ManualClock::new();
    let manager = ::task::TaskManager::builder()
        .clock(::std::clone::Clone::clone(&clock))
        .state(5_u8)
        .build();
    clock.advance(::std::time::Duration::from_secs(2));
    ::std::assert_eq!(manager.run_pending(), 4);
    manager.settle();
}
