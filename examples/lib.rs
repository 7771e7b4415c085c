//! Programs that show how [`task`] is used, one idea a file.
//!
//! | example | what it shows |
//! |---|---|
//! | `quickstart` | the whole of it: an attribute on a function, and a manager that runs it |
//! | `run_pending_loop` | no background thread: the program's own loop, with `run_pending` and `idle` |
//! | `dynamic_tasks` | tasks that are added, found, rescheduled and removed at run time, from inside of tasks too |
//! | `testing_with_manual_clock` | tests of tasks that wait for nothing: a year of a daily job, the nights when the clock changes, threads, failures |
//! | `from_python_schedule` | each line of Python's `schedule`, and the Rust that replaces it |
//! | `retry_and_timeout` | runs that fail are tried again, runs that take too long are ended, and all of it is told |
//! | `exclusive_groups` | tasks that must not meet, and which one goes first |
//! | `config_override` | a file and environment variables that change when tasks run, and what becomes of a mistake in them |
//! | `tokio_service` | a web service of axum with tasks beside it, a pool of connections that both use, and an end in good order |
//! | `observed` | a service that can be watched: health, numbers for Prometheus, a log with a span around each run, events and an alert |
//! | `smol` | async tasks on another runtime than tokio |
//! | `plan` | what the tasks will do next week, as a table and as a picture, without running any |
//! | `sysmon` | a program that is of use: it watches the machine, writes summaries to files, and shows what its tasks did |
//!
//! Run one with `cargo run -p task-examples --example quickstart`. Five need more
//! crates, by a feature of their name: `--features smol --example smol`, and the same
//! with `command_line`, `config_override`, `observed` and `tokio_service`, which compiles
//! SQLite and so needs a C compiler. Only
//! `quickstart` and `sysmon` read what is typed; they end when the input does.
