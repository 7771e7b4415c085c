//! Tasks in modules and in bodies, two of one name, and some from a macro.

use std::time::Duration;

use task::{Context, ManualClock, State, TaskManager, task};

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

macro_rules! with_parameters {
    ($($name:ident($($parameter:ident: $type:ty),*) -> $result:ty, $priority:literal;)*) => {
        $(
            #[task(every = "1s", priority = $priority, when = |context| context.attempt() == 1)]
            fn $name($($parameter: $type),*) -> $result {
                $(let _ = $parameter;)*
                Ok(())
            }
        )*
    };
}

with_parameters! {
    takes_nothing() -> Result<(), String>, -5;
    takes_two(context: &Context, state: State<u8>) -> std::fmt::Result, 5;
}

macro_rules! awaited {
    ($name:ident, $parameter:ident, $body:block) => {
        #[task(every = "1s", crate = $crate::reexport)]
        async fn $name($parameter: &Context, own: $crate::reexport::Context) {
            assert_eq!($parameter.task(), own.task());
            $body
        }
    };
}

// The name is that of a local variable of the expansion.
awaited!(context, context, { std::future::ready(()).await });

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

    struct Local {
        value: u8,
    }

    #[task(every = "1s")]
    fn local_type(State(local): State<Local>, _: &Context) {
        assert_eq!(local.value, 5);
    }

    #[task(every = "1s")]
    async fn local_type_later(local: State<Local>) {
        std::future::ready(()).await;
        assert_eq!(local.value, 5);
    }

    TaskManager::builder()
        .clock(CLOCK.with(Clone::clone))
        .state(5_u8)
        .state(Local { value: 5 })
        .build()
}

thread_local! {
    static CLOCK: ManualClock = ManualClock::new();
}

fn main() {
    let manager = body();
    CLOCK.with(|clock| clock.advance(Duration::from_secs(1)));
    manager.settle();
    for name in [
        "first",
        "second",
        "deep",
        "from_macro",
        "fixed_name",
        "in_a_body",
        "in_a_block",
        "takes_nothing",
        "takes_two",
        "context",
        "local_type",
        "local_type_later",
        "dollar_crate",
    ] {
        let last = manager[name].last().unwrap();
        assert!(last.is_success(), "{name}: {:?}", last.outcome());
    }
    first::beat();
    second::beat();
    second::deep::call();
    fixed_name();
}
