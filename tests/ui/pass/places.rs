//! Tasks in modules and in bodies, two of one name, and some from a macro.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

mod first {
    #[task::task(every = "1s", name = "first")]
    pub(super) fn beat() {}
}

mod second {
    use task::task as job;

    #[job(every = "1s", name = "second")]
    pub fn beat() {}

    pub mod deep {
        #[task::task(every = "1s", name = "deep")]
        pub(in crate::second) fn beat() {}

        pub fn call() {
            beat();
        }
    }
}

macro_rules! tasks {
    ($($name:ident every $period:literal then $done:path, $max:expr;)*) => {
        $(
            #[task(every = $period, on_success = $done, max_runs = $max, tags = [$period])]
            fn $name() {}
        )*
    };
}

tasks! {
    from_macro every "1s" then done, 5;
    another every "2s" then self::done, 6;
}

macro_rules! fixed {
    () => {
        #[task(every = "1s")]
        fn fixed_name() {}
    };
}

fixed!();

macro_rules! with_crate {
    ($name:ident) => {
        #[task(every = "1s", crate = $crate::reexport)]
        fn $name() {}
    };
}

mod reexport {
    pub use task::*;
}

with_crate!(dollar_crate);

fn done() {}

fn body() -> TaskManager {
    #[task(every = "1s")]
    fn in_a_body() {}

    {
        #[task(every = "1s", name = "in_a_block")]
        fn in_a_body() {}
        in_a_body();
    }
    in_a_body();
    TaskManager::builder()
        .clock(CLOCK.with(Clone::clone))
        .build()
}

thread_local! {
    static CLOCK: ManualClock = ManualClock::new();
}

fn main() {
    let manager = body();
    CLOCK.with(|clock| clock.advance(Duration::from_secs(1)));
    assert_eq!(manager.run_pending(), 8);
    for name in [
        "first",
        "second",
        "deep",
        "from_macro",
        "another",
        "fixed_name",
        "in_a_body",
        "in_a_block",
    ] {
        assert!(manager.get(name).is_some(), "{name}");
    }
    first::beat();
    second::beat();
    second::deep::call();
    fixed_name();
}
