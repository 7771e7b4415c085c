//! A program with a command line, to which `task::cli` adds the subcommand `tasks`:
//!
//! ```text
//! cargo run --example command_line --features command_line -- tasks list
//! cargo run --example command_line --features command_line -- tasks next -n 5
//! cargo run --example command_line --features command_line -- tasks plan --from 18:00 --to 2h
//! cargo run --example command_line --features command_line -- tasks run sync --json
//! cargo run --example command_line --features command_line -- tasks check
//! cargo run --example command_line --features command_line -- serve --seconds 3
//! ```

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use task::{Context, TaskManager, task};

/// Copies what is new.
#[task(every = "1s", retry = 2, backoff = "10ms", tags = ["io"])]
fn sync(context: &Context) -> Result<(), &'static str> {
    if context.attempt() < 2 {
        return Err("no route to host"); // The next attempt finds one.
    }
    Ok(())
}

/// Needs a disk that is not there.
#[task(cron = "0 3 * * mon-fri", timezone = "UTC", tags = ["io", "night"])]
fn back_up() -> Result<(), &'static str> {
    Err("the disk is not mounted")
}

/// Is async: without a runtime, a worker thread drives it.
#[task(every = ["day at 10:30", "6h"], disabled)]
async fn report() {}

/// Serves, and shows, runs and checks its tasks.
#[derive(Parser)]
enum Command {
    /// Run until the time is over.
    Serve {
        /// How long
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Show, run or check the tasks.
    Tasks(task::cli::Tasks),
}

fn main() -> ExitCode {
    let manager = TaskManager::new();
    match Command::parse() {
        Command::Serve { seconds } => serve(&manager, Duration::from_secs(seconds)),
        Command::Tasks(tasks) => tasks.run(&manager),
    }
}

fn serve(manager: &TaskManager, time: Duration) -> ExitCode {
    if let Err(error) = manager.run() {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    println!("serving for {time:?}");
    std::thread::sleep(time); // What the program is for.
    let stopped = manager.stop();
    for task in manager.tasks_detail() {
        println!("{} ran {} times", task.name, task.counters.ran);
    }
    ExitCode::from(u8::from(!stopped.is_clean()))
}
