//! No tokio: the async tasks run on another runtime, here on smol's global one.
//!
//! ```text
//! cargo run -p task-examples --features smol --example smol
//! ```

use std::{thread, time::Duration};

use smol::{Timer, channel::Sender, future};
use task::{Context, State, TaskManager, task};

/// Sleeps on smol's timer, and says so.
#[task(every = "100ms", max_runs = 3)]
async fn beat(beats: State<Sender<String>>) {
    Timer::after(Duration::from_millis(30)).await;
    let thread = thread::current();
    let name = thread.name().unwrap_or_default().to_owned();
    // An error says that nobody counts the beats any more.
    let _ = beats.send(name).await;
}

/// Is at work for an hour, unless it shall end before.
#[task(every = "1h", start = "now")]
async fn listen(context: &Context) {
    let work = async {
        Timer::after(Duration::from_secs(3600)).await;
    };
    future::or(work, context.cancelled()).await;
    println!("listen: good-bye");
}

fn main() -> Result<(), task::Error> {
    let (sender, beats) = smol::channel::unbounded::<String>();
    let manager = TaskManager::builder()
        .runtime(|future| smol::spawn(future).detach())
        .state(sender)
        .build();
    manager.run()?;

    smol::block_on(async {
        for n in 1..=3 {
            let thread = beats.recv().await.expect("the manager has a sender");
            println!("beat {n} on the thread `{thread}`");
            assert!(thread.starts_with("smol"), "{thread}");
        }
        // Doesn't block the thread, so that the tasks can end meanwhile.
        let stopped = manager.stop_async().await;
        println!("stopped: {stopped}");
        assert!(stopped.finished.iter().any(|task| task == "listen"));
    });
    Ok(())
}
