//! Subcommands that show a program's tasks, run one, and check them.
//!
//! For programs that read their command line with [`clap`](https://docs.rs/clap) 4:
//! [`Tasks`] holds all of it, and three lines add it.
//!
//! ```standalone_crate
//! use std::process::ExitCode;
//!
//! use clap::Parser;
//! use task::{TaskManager, task};
//!
//! #[task(every = "5m")]
//! fn sync() {}
//!
//! #[derive(clap::Parser)]
//! enum Command {
//!     /// Do what the program is for.
//!     Serve,
//!     /// Show, run or check the tasks.
//!     Tasks(task::cli::Tasks), // The first,
//! }
//!
//! fn main() -> ExitCode {
//!     let manager = TaskManager::new(); // the second,
//! #   let command = Command::parse_from(["host", "tasks", "check"]);
//! #   let _ = || {
//!     let command = Command::parse();
//! #   };
//!     match command {
//!         Command::Serve => ExitCode::SUCCESS,
//!         Command::Tasks(tasks) => tasks.run(&manager), // and the third.
//!     }
//! }
//! ```
//!
//! | command | shows | exit code |
//! |---|---|---|
//! | `list [--tag TAG]` | each job: its task, its schedule in words, its next run, how the last run of the task ended | 0 |
//! | `next [-n 20]` | the next fires of all enabled tasks | 0 |
//! | `plan [--from WHEN] [--to WHEN] [--limit 1000]` | the fires of a stretch of time: a day from now, unless it says otherwise | 0; 2 if it ends before it begins |
//! | `run NAME...` | runs tasks in this process, one after the other and even if they are disabled; how each run ended | 0 if all have succeeded, 1 if not, 2 if there is no such task or it could not be run |
//! | `check [--strict]` | every problem, and what is suspicious | 0, 1 if there are problems (with `--strict`: or warnings) |
//!
//! What is wrong with the command line itself is `clap`'s affair, with the exit code 2.
//! Results go to the standard output, problems to the standard error.
//!
//! None of them starts the manager: `list`, `next` and `plan` show what would come if
//! it were started now, in this process. They don't know what another process that runs the same
//! program does, nor how the runs there ended.
//!
//! `WHEN` is `2026-12-24 18:00`, `2026-12-24`, `18:00` (today; in `--to`, on the day of
//! `--from`), `now`, an RFC 3339 text, or a span such as `2h` or `1d 12h`, which counts from now
//! (in `--to`: from `--from`).
//!
//! # As JSON
//!
//! With `--json`, each command writes one line. Instants are RFC 3339 texts in
//! UTC, durations are numbers of seconds. Fields may be added in later versions.
//!
//! | command | JSON |
//! |---|---|
//! | `list` | an array of [`TaskDetail`](crate::TaskDetail) |
//! | `next`, `plan` | `[{"fire_time":"2024-01-01T00:05:00Z","task":"sync","job":0}]` |
//! | `run` | `[{"task":"sync","job":null,"fire_time":..,"started_at":..,"ended_at":..,"duration":1.5,"attempt":1,"outcome":{"kind":"succeeded"}}]`; what could not be run is `{"task":"sync","error":".."}` |
//! | `check` | `{"ok":true,"tasks":12,"problems":[],"warnings":[]}`, with texts in the two lists |

mod check;
mod list;
mod moment;
mod output;
mod plan;
mod run;
mod words;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use chrono::{DateTime, Utc};
use task_schedule::Zone;

use crate::{cli::output::Output, manager::TaskManager, offload::offload};

/// The subcommands that show, run and check the tasks of a manager.
///
/// It implements [`clap::Args`], so that it can be a variant of a host's enum of
/// subcommands: see [the module](self). With the builder of `clap`,
/// [`augment_args`](clap::Args::augment_args) gives a command all of it, and
/// [`from_arg_matches`](clap::FromArgMatches::from_arg_matches) reads it back.
///
/// # Example
///
/// ```
/// use clap::{Args, FromArgMatches};
/// use task::{ManualClock, Task, TaskManager, Zone, cli::Tasks};
///
/// let manager = TaskManager::builder().empty().clock(ManualClock::new()).build();
/// manager.add(Task::new("sync", || ()).every("5m"))?;
///
/// let command = clap::Command::new("host")
///     .subcommand(Tasks::augment_args(clap::Command::new("tasks")));
/// let matches = command.get_matches_from(["host", "tasks", "next", "-n", "2"]);
/// let (_, matches) = matches.subcommand().unwrap();
/// let tasks = Tasks::from_arg_matches(matches)?.timezone(Zone::UTC);
///
/// let mut out = Vec::new();
/// let code = tasks.write(&manager, &mut out, &mut std::io::stderr())?;
/// assert_eq!(code, 0);
/// assert_eq!(String::from_utf8(out)?, "\
/// FIRE TIME            FROM NOW       TASK  SCHEDULE
/// 2024-01-01 00:05:00  in 5 minutes   sync  Every 5 minutes
/// 2024-01-01 00:10:00  in 10 minutes  sync  Every 5 minutes
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, clap::Args)]
pub struct Tasks {
    #[command(subcommand)]
    command: Command,
    #[arg(skip = Zone::LOCAL)]
    zone: Zone,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// Show each task: its schedule, its next run, and how its last run ended.
    List(list::List),
    /// Show the next runs of all enabled tasks.
    Next(plan::Next),
    /// Show the runs that a stretch of time would bring.
    Plan(plan::Plan),
    /// Run tasks now, in this process, one after the other.
    Run(run::Run),
    /// Check all tasks, and show every problem.
    Check(check::Check),
}

impl Tasks {
    /// Shows and reads times in this zone, instead of the system's.
    #[must_use]
    pub fn timezone(self, zone: Zone) -> Tasks {
        Tasks { zone, ..self }
    }

    /// Does what was asked for, and returns the exit code of the program.
    ///
    /// Results go to the standard output, problems to the standard error. If who reads
    /// them has gone, as in `| head`, it ends quietly.
    ///
    /// It blocks the thread while tasks run: in async code use
    /// [`run_async`](Tasks::run_async).
    #[must_use = "it is the exit code of the program"]
    pub fn run(&self, manager: &TaskManager) -> ExitCode {
        // Not locked for longer than one line: the tasks may print too.
        let (mut out, mut err) = (io::stdout(), io::stderr());
        match self.write(manager, &mut out, &mut err) {
            Ok(code) => ExitCode::from(code),
            Err(error) => {
                // Where it can't be said, there is nobody to be told.
                let _ = writeln!(err, "error: could not write: {error}");
                ExitCode::FAILURE
            }
        }
    }

    /// Does as [`run`](Tasks::run), on a thread of its own: for async code.
    ///
    /// Async tasks are driven by the runtime of tokio inside of which it is called (feature
    /// `tokio`), or by that of the builder.
    pub async fn run_async(&self, manager: &TaskManager) -> ExitCode {
        manager.core().note_runtime();
        let (tasks, of) = (self.clone(), manager.clone());
        let done = offload("task-cli", move || tasks.run(&of)).await;
        // Without a thread for it, this one has to wait.
        done.unwrap_or_else(|_| self.run(manager))
    }

    /// Does what was asked for, writes the results to `out` and the problems to
    /// `err`, and returns the exit code.
    ///
    /// # Errors
    ///
    /// What a writer says, unless it is that its reader has gone
    /// ([`BrokenPipe`](io::ErrorKind::BrokenPipe)): that ends it quietly, with 0 or what
    /// came of the runs.
    pub fn write(
        &self,
        manager: &TaskManager,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> io::Result<u8> {
        let scene = Scene {
            manager,
            now: manager.core().clock.now().wall(),
            zone: self.zone,
        };
        let mut output = Output { out, err };
        let done = match &self.command {
            Command::List(list) => list.show(&scene, &mut output),
            Command::Next(next) => next.show(&scene, &mut output),
            Command::Plan(plan) => plan.show(&scene, &mut output),
            Command::Run(run) => run.show(&scene, &mut output),
            Command::Check(check) => check.show(&scene, &mut output),
        };
        output::quietly(done, SUCCESS)
    }
}

/// What a command is about: a manager, at a moment, for people in a zone.
struct Scene<'a> {
    manager: &'a TaskManager,
    now: DateTime<Utc>,
    zone: Zone,
}

impl Scene<'_> {
    /// Returns an instant for people, to the second.
    fn local(&self, t: DateTime<Utc>) -> String {
        words::instant(self.zone, t)
    }
}

const SUCCESS: u8 = 0;
const FAILURE: u8 = 1;
/// What was asked for could not be done; as `clap` ends a program.
const USAGE: u8 = 2;
