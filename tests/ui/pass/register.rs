//! Tasks can be registered by the paths of their functions.

use task::{ManualClock, TaskManager, task};

mod jobs {
    pub mod deep {
        #[task::task(every = "1s")]
        pub fn r#loop() {}
    }

    #[task::task(every = "1s")]
    pub(crate) fn beat() {}
}

#[task(every = "1s")]
fn here() {}

fn main() {
    task::register!(here, jobs::beat, crate::jobs::deep::r#loop, self::here);
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    for name in ["here", "beat", "loop"] {
        assert!(manager.get(name).is_some(), "{name}");
    }
}
