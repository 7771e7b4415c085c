//! A service that can be watched: probes, numbers for Prometheus, a log with a span
//! around each run, events, alerts, and routes that run and disable tasks.
//!
//! ```text
//! cargo run -p task-examples --features observed --example observed -- \
//!     [--port N] [--inbox FILE] [--log info|debug]
//! ```
//!
//! `import` fails while there is no inbox: `/health` says 503, `/events` why, and the
//! third failure in a row disables it and raises an alert. With the file there again,
//! `curl -X POST localhost:3000/tasks/import/enable`, then `.../import/run`, mend it.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{self, Path},
    http::StatusCode,
    routing::{get, post},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use task::{Event, Events, ManagerHealth, Run, State, TaskDetail, TaskManager, task};
use tokio::net::TcpListener;
use tracing::{Level, info};

type Error = Box<dyn std::error::Error + Send + Sync>;

// The tasks. What they log is inside of the span of their run, and so names it.

/// Counts the lines of the inbox.
#[task(every = "1s", start = "now", threaded, disable_after = 3)]
fn import(inbox: State<Inbox>) -> io::Result<()> {
    let lines = std::fs::read_to_string(&inbox.path)?.lines().count();
    info!(lines, "the inbox was read");
    Ok(())
}

/// Has the recorder sum up what it has been told, or that would pile up.
#[task(every = "5s")]
async fn sum_up(prometheus: State<PrometheusHandle>) {
    prometheus.run_upkeep();
}

struct Inbox {
    path: PathBuf,
}

// What watches the tasks.

/// Numbers for Prometheus. Those of durations are counted in buckets, which can be
/// added up over several services.
fn install_recorder() -> Result<PrometheusHandle, Error> {
    const SECONDS: [f64; 7] = [0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0];
    Ok(PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .install_recorder()?)
}

/// The last events, the newest at the end.
#[derive(Clone, Default)]
struct Recent(Arc<Mutex<VecDeque<Event>>>);

impl Recent {
    const MOST: usize = 100;

    fn push(&self, event: Event) {
        // What a panic left behind is still a list of events.
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == Recent::MOST {
            recent.pop_front();
        }
        recent.push_back(event);
    }

    fn list(&self) -> Vec<Event> {
        let recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.iter().cloned().collect()
    }
}

/// Keeps what happens for `/events`, and alerts somebody if it has to.
async fn watch(events: Events, recent: Recent) {
    while let Some(event) = events.recv_async().await {
        if let Event::Disabled {
            failures: Some(_), ..
        } = event
        {
            alert(&event);
        }
        recent.push(event);
    }
}

/// Where a service would have somebody's telephone ring.
fn alert(event: &Event) {
    println!("alert: {event}");
}

// The routes.

#[derive(Clone)]
struct App {
    manager: TaskManager,
    prometheus: PrometheusHandle,
    recent: Recent,
}

type Failure = (StatusCode, String);

/// Whether all is well: for a probe that tells people.
async fn health(app: extract::State<App>) -> (StatusCode, Json<ManagerHealth>) {
    let health = app.manager.health();
    (status(health.is_ok()), Json(health))
}

/// Whether the program can go on: for a probe that starts it anew if not.
async fn live(app: extract::State<App>) -> StatusCode {
    status(app.manager.health().is_alive())
}

fn status(is_good: bool) -> StatusCode {
    if is_good {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

async fn metrics(app: extract::State<App>) -> String {
    app.prometheus.render()
}

async fn events(app: extract::State<App>) -> Json<Vec<Event>> {
    Json(app.recent.list())
}

async fn tasks(app: extract::State<App>) -> Json<Vec<TaskDetail>> {
    Json(app.manager.tasks_detail())
}

/// Runs a task now, whatever its schedule, and answers with how that went.
async fn run(app: extract::State<App>, Path(name): Path<String>) -> Result<Json<Run>, Failure> {
    let conflict = |error: task::Error| (StatusCode::CONFLICT, error.to_string());
    // It has a thread or is async: this one is not held up by its body.
    let running = find(&app, &name)?.run_now().map_err(conflict)?;
    running.await.map(Json).map_err(conflict)
}

async fn enable(app: extract::State<App>, Path(name): Path<String>) -> Result<(), Failure> {
    find(&app, &name)?.enable();
    Ok(())
}

async fn disable(app: extract::State<App>, Path(name): Path<String>) -> Result<(), Failure> {
    find(&app, &name)?.disable();
    Ok(())
}

fn find(app: &App, name: &str) -> Result<task::TaskFunction, Failure> {
    let missing = || (StatusCode::NOT_FOUND, format!("no task is named `{name}`"));
    app.manager.get(name).ok_or_else(missing)
}

// The program.

#[tokio::main]
async fn main() -> Result<(), Error> {
    let options = Options::parse()?;
    let shutdown = shutdown_signal()?;
    // Both before the manager runs: the tasks ask them for their spans and numbers.
    tracing_subscriber::fmt()
        .with_max_level(options.log)
        .with_writer(io::stderr)
        .init();
    let prometheus = install_recorder()?;

    let manager = TaskManager::builder()
        .state(Inbox {
            path: options.inbox,
        })
        .state(prometheus.clone())
        .build();
    let recent = Recent::default();
    tokio::spawn(watch(manager.subscribe(), recent.clone()));
    manager.run()?;

    let app = App {
        manager: manager.clone(),
        prometheus,
        recent,
    };
    let router = Router::new()
        .route("/health", get(health))
        .route("/live", get(live))
        .route("/metrics", get(metrics))
        .route("/events", get(events))
        .route("/tasks", get(tasks))
        .route("/tasks/{name}/run", post(run))
        .route("/tasks/{name}/enable", post(enable))
        .route("/tasks/{name}/disable", post(disable))
        .with_state(app);
    // Whoever reaches it may run tasks: so nobody does from another machine.
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await?;
    println!("stopped: {}", manager.stop_async().await);
    Ok(())
}

/// Waits for signals from now on, and returns a future that completes with the
/// first one: Ctrl-C, SIGTERM, or that the window is closed.
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let (mut interrupt, mut terminate) = {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        (interrupt, signal(SignalKind::terminate())?)
    };
    #[cfg(windows)]
    let (mut interrupt, mut terminate) = {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        (ctrl_c()?, ctrl_close()?)
    };
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

struct Options {
    port: u16,
    inbox: PathBuf,
    log: Level,
}

impl Options {
    fn parse() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;

        let mut options = Options {
            port: 3000,
            inbox: std::env::temp_dir().join("inbox.txt"),
            log: Level::INFO,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("port") => options.port = parser.value()?.parse()?,
                Long("inbox") => options.inbox = parser.value()?.into(),
                Long("log") => options.log = parser.value()?.parse()?,
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(options)
    }
}
