//! A web service with tasks beside it, on tokio: its routes and its tasks share a
//! pool of database connections, and all ends in good order.
//!
//! ```text
//! cargo run -p task-examples --features tokio_service --example tokio_service -- \
//!     [--port N] [--database FILE]
//! ```
//!
//! `/` counts a visit, `/probes` shows what a task has measured, `/health` says how
//! the tasks are doing, and `/tasks` all there is to know about them. Ctrl-C or
//! SIGTERM ends it.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{Json, Router, extract, http::StatusCode, routing::get};
use deadpool_sqlite::{
    Config, Pool, Runtime,
    rusqlite::{self, Connection},
};
use task::{Context, ManagerHealth, Run, State, TaskDetail, TaskManager, task};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Handle,
};

/// Keeps the sources of what went wrong, and may cross threads.
type Error = Box<dyn std::error::Error + Send + Sync>;

// The tasks. What they share with each other and with the routes, they take as `State`.

/// Asks whether the service that this one depends on is there, and notes how
/// long the answer took.
#[task(
    every = "2s",
    start = "now",
    timeout = "1s",
    retry = 2,
    backoff = "100ms to 1s",
    on_failed = complain,
)]
async fn probe(upstream: State<Upstream>, pool: State<Pool>) -> Result<(), Error> {
    let started = Instant::now();
    // When the time is over, the future is dropped, and the attempt to connect with it.
    TcpStream::connect(upstream.address).await?;
    let micros = u32::try_from(started.elapsed().as_micros())?;
    query(&pool, move |db| {
        db.execute("INSERT INTO probes (micros) VALUES (?1)", [micros])
    })
    .await?;
    Ok(())
}

/// Writes down how many visits there were. A fire while it is at it waits.
#[task(every = "1s", overlap = "queue", retry = 3, on_failed = complain)]
async fn save_visits(visits: State<Visits>, pool: State<Pool>) -> Result<(), Error> {
    query(&pool, move |db| {
        // The number, and not what came to it: so it does no harm to write it twice.
        db.execute("UPDATE visits SET n = ?1", [visits.n.load(Relaxed)])
    })
    .await?;
    Ok(())
}

/// Leaves the last 1,000 probes.
///
/// Its work blocks, so it is not async and has a thread. The pool, which is made
/// for async code, it asks through the runtime.
#[task(every = "10m", start = "now", threaded, timeout = "1m", on_failed = complain)]
fn prune(context: &Context, pool: State<Pool>, runtime: State<Handle>) -> Result<(), Error> {
    const OLD: &str = "SELECT rowid FROM probes ORDER BY rowid DESC LIMIT 100 OFFSET 1000";
    let sql = format!("DELETE FROM probes WHERE rowid IN ({OLD})");
    let connection = runtime.block_on(pool.get())?;
    let db = connection.lock().map_err(|error| error.to_string())?;
    // Nobody can end a thread from outside: it asks whether it shall end.
    while !context.is_cancelled() && db.execute(&sql, [])? > 0 {}
    Ok(())
}

fn complain(run: &Run) {
    let (task, attempts) = (run.task(), run.attempt());
    eprintln!("{task}, {attempts} attempts: {}", run.outcome());
}

// What is shared.

/// Where the other service is. Here it is this one, since there has to be one.
struct Upstream {
    address: SocketAddr,
}

/// Clones share the number.
#[derive(Clone)]
struct Visits {
    n: Arc<AtomicU32>,
}

async fn open(database: PathBuf) -> Result<(Pool, Visits), Error> {
    let pool = Config::new(database).create_pool(Runtime::Tokio1)?;
    let n = query(&pool, |db| {
        db.execute_batch(
            "PRAGMA journal_mode = wal;
            CREATE TABLE IF NOT EXISTS probes (micros INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS visits (n INTEGER NOT NULL);
            INSERT INTO visits SELECT 0 WHERE NOT EXISTS (SELECT * FROM visits);",
        )?;
        db.query_one("SELECT n FROM visits", [], |row| row.get(0))
    });
    let n = Arc::new(AtomicU32::new(n.await?));
    Ok((pool, Visits { n }))
}

/// Calls `work` with a connection, on a thread that may block.
async fn query<T: Send + 'static>(
    pool: &Pool,
    work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let connection = pool.get().await?;
    let result = connection.interact(work).await;
    Ok(result.map_err(|error| error.to_string())??)
}

// The routes.

#[derive(Clone)]
struct App {
    manager: TaskManager,
    visits: Visits,
    pool: Pool,
}

async fn index(app: extract::State<App>) -> String {
    format!("visit {}\n", app.visits.n.fetch_add(1, Relaxed) + 1)
}

async fn probes(app: extract::State<App>) -> Result<Json<Vec<u32>>, (StatusCode, String)> {
    let probes = query(&app.pool, |db| {
        let mut select = db.prepare("SELECT micros FROM probes ORDER BY rowid DESC LIMIT 10")?;
        select.query_map([], |row| row.get(0))?.collect()
    });
    let failed = |error: Error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    probes.await.map(Json).map_err(failed)
}

async fn health(app: extract::State<App>) -> (StatusCode, Json<ManagerHealth>) {
    let health = app.manager.health();
    let status = if health.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health))
}

async fn tasks(app: extract::State<App>) -> Json<Vec<TaskDetail>> {
    Json(app.manager.tasks_detail())
}

// The program.

#[tokio::main]
async fn main() -> Result<(), Error> {
    let options = Options::parse()?;
    let shutdown = shutdown_signal()?;
    let (pool, visits) = open(options.database).await?;
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let address = listener.local_addr()?;

    let manager = TaskManager::builder()
        .state(Upstream { address })
        .state(visits.clone())
        .state(pool.clone())
        .state(Handle::current())
        .stop_timeout(Duration::from_secs(5))
        .build();
    // Inside of a runtime: that drives the async tasks.
    manager.run()?;

    let app = App {
        manager: manager.clone(),
        visits: visits.clone(),
        pool: pool.clone(),
    };
    let router = Router::new()
        .route("/", get(index))
        .route("/probes", get(probes))
        .route("/health", get(health))
        .route("/tasks", get(tasks))
        .with_state(app);
    println!("listening on http://{address}");
    // The server ends first: it accepts no more, and answers what it has been asked.
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await?;

    // Not `stop`, which would block a thread that the tasks may need.
    let stopped = manager.stop_async().await;
    println!("stopped: {stopped}");
    // A task is still a function, which can be called: for the last visits.
    save_visits(State::new(visits), State::new(pool.clone())).await?;
    // Here, where the runtime is: wherever its last handle may be dropped.
    pool.close();
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
    database: PathBuf,
}

impl Options {
    fn parse() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;

        let mut options = Options {
            port: 3000,
            database: std::env::temp_dir().join("tokio_service.db"),
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("port") => options.port = parser.value()?.parse()?,
                Long("database") => options.database = parser.value()?.into(),
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(options)
    }
}
