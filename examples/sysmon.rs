//! A program that is of use: it watches the machine that it runs on.
//!
//! Each second it takes a sample of the load, the memory, the disks and the
//! network. Each minute it writes the minimum, mean and maximum of the samples
//! to a CSV file, and each hour it begins a new file. Beside that it measures a
//! large directory, which takes its time, and probes a service, which is down
//! now and then. While it runs, `t` and Enter shows what its tasks did; `q` and
//! Enter, or Ctrl-C, ends it.
//!
//! ```text
//! sysmon [--out DIR] [--keep N] [--summary-every WHEN] [--seconds N]
//! ```

use std::{
    collections::BTreeMap,
    error::Error,
    fmt, fs,
    io::{self, Write},
    mem,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        LazyLock, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver},
    },
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, Local, Utc};
use parking_lot::Mutex;
use sysinfo::{Disks, Networks, System};
use task::{Context, Run, Task, TaskManager, task};

const USAGE: &str = "\
Watches the machine that it runs on.

usage: sysmon [OPTIONS]

  --out DIR             where the CSV files go (default: `sysmon` in the temporary directory)
  --keep N              how many of them are kept, one for each hour (default: 24)
  --summary-every WHEN  when a summary is written: `10s`, `5m aligned`, `hour at :00` (default: 1m)
  --seconds N           ends after that time; without it, the end of the input is the end

While it runs: `t` and Enter shows the tasks, `q` and Enter or Ctrl-C ends it.";

// The tasks.

/// Takes a sample of the machine.
#[task(every = "1s", tags = ["machine"])]
fn sample() {
    let sample = MACHINE.lock().measure();
    SAMPLES.lock().push(sample);
}

/// Writes the minimum, mean and maximum of the samples since the last summary.
#[task(every = "1m", aligned, threaded, on_failed = complain)]
fn summarize() -> io::Result<()> {
    let samples = mem::take(&mut *SAMPLES.lock());
    let (Some(summary), Some(output)) = (Summary::of(&samples), OUTPUT.get()) else {
        return Ok(());
    };
    println!("{summary}");
    output.write(&summary)
}

/// Connects to a service, which is down each third time.
#[task(every = "1s", threaded, on_failed = complain, tags = ["network"])]
fn probe() -> io::Result<()> {
    static N_PROBES: AtomicU64 = AtomicU64::new(0);

    let service = TcpListener::bind("127.0.0.1:0")?;
    let address = service.local_addr()?;
    let is_down = N_PROBES.fetch_add(1, Ordering::Relaxed) % 3 == 2;
    // A listener that is dropped listens no more.
    let _service = (!is_down).then_some(service);
    TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    Ok(())
}

/// Adds up the sizes of all files of the system's programs.
///
/// It takes seconds, or minutes: as a `threaded` task it holds up no other, and
/// with a `delay` the next one comes five minutes after this one has ended.
#[task(delay = "5m", start = "now", threaded, on_failed = complain, tags = ["machine", "slow"])]
fn measure_programs(context: &Context) -> io::Result<()> {
    let root = if cfg!(windows) { r"C:\Windows" } else { "/usr" };
    let (mut n_files, mut n_bytes) = (0_u64, 0_u64);
    let mut directories = vec![PathBuf::from(root)];
    while let Some(directory) = directories.pop() {
        // A thread can't be killed: what takes long must ask whether to go on.
        if context.is_cancelled() {
            println!("{root} holds {n_files} files and more: there was no time for the rest");
            return Ok(());
        }
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if directory == Path::new(root) => return Err(error),
            // What can't be read is left out.
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            // Of a link, this is the link's own: nothing is counted twice.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_dir() {
                directories.push(entry.path());
            } else {
                n_files += 1;
                n_bytes += metadata.len();
            }
        }
    }
    println!("{root} holds {n_files} files of {} MiB", n_bytes / MIB);
    Ok(())
}

/// What `on_failed` calls: it is given the run.
fn complain(run: &Run) {
    println!("{} {}", run.task(), run.outcome());
}

// What the tasks share. There is one machine, so it is in statics; see `tokio_service` for `State`.

static MACHINE: LazyLock<Mutex<Machine>> = LazyLock::new(|| Mutex::new(Machine::new()));
static SAMPLES: Mutex<Vec<Sample>> = Mutex::new(Vec::new());
static OUTPUT: OnceLock<Output> = OnceLock::new();

const MIB: u64 = 1 << 20;

/// What is measured: these are columns of the files.
const METRICS: [&str; 5] = [
    "load",
    "memory_mib",
    "disk_free_mib",
    "disk_kib_s",
    "net_kib_s",
];

/// The values of the metrics at one time, in their order.
struct Sample {
    at: DateTime<Utc>,
    values: [f64; METRICS.len()],
}

/// Where the values come from. It keeps what was read last, since the traffic is
/// the difference.
struct Machine {
    system: System,
    disks: Disks,
    networks: Networks,
    measured: Instant,
}

impl Machine {
    fn new() -> Machine {
        Machine {
            system: System::new(),
            disks: Disks::new_with_refreshed_list(),
            networks: Networks::new_with_refreshed_list(),
            measured: Instant::now(),
        }
    }

    fn measure(&mut self) -> Sample {
        self.system.refresh_memory();
        self.disks.refresh(true);
        self.networks.refresh(true);
        let seconds = mem::replace(&mut self.measured, Instant::now())
            .elapsed()
            .as_secs_f64();

        // A disk that is mounted in several places is one disk.
        let disks: BTreeMap<_, _> = self.disks.iter().map(|disk| (disk.name(), disk)).collect();
        let n_free: u64 = disks.values().map(|disk| disk.available_space()).sum();
        let usage = disks.values().map(|disk| disk.usage());
        let n_disk: u64 = usage
            .map(|usage| usage.read_bytes + usage.written_bytes)
            .sum();
        let networks = self.networks.values();
        let n_net: u64 = networks
            .map(|network| network.received() + network.transmitted())
            .sum();
        let per_second = |n_bytes: u64| n_bytes as f64 / 1024.0 / seconds.max(0.001);
        Sample {
            at: Utc::now(),
            values: [
                System::load_average().one,
                self.system.used_memory() as f64 / MIB as f64,
                n_free as f64 / MIB as f64,
                per_second(n_disk),
                per_second(n_net),
            ],
        }
    }
}

struct Summary {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    n_samples: usize,
    /// Minimum, mean and maximum of each metric.
    values: [[f64; 3]; METRICS.len()],
}

impl Summary {
    fn of(samples: &[Sample]) -> Option<Summary> {
        let (first, last) = (samples.first()?, samples.last()?);
        let values = std::array::from_fn(|metric| {
            let values = samples.iter().map(|sample| sample.values[metric]);
            let mean = values.clone().sum::<f64>() / samples.len() as f64;
            let min = values.clone().fold(f64::INFINITY, f64::min);
            [min, mean, values.fold(f64::NEG_INFINITY, f64::max)]
        });
        Some(Summary {
            from: first.at,
            to: last.at,
            n_samples: samples.len(),
            values,
        })
    }

    fn header() -> String {
        let columns = METRICS.map(|metric| format!("{metric}_min,{metric}_mean,{metric}_max"));
        format!("from,to,samples,{}", columns.join(","))
    }

    fn row(&self) -> String {
        let time = |t: DateTime<Utc>| t.format("%Y-%m-%dT%H:%M:%SZ");
        let mut row = format!("{},{},{}", time(self.from), time(self.to), self.n_samples);
        for value in self.values.as_flattened() {
            row += &format!(",{value:.2}");
        }
        row
    }
}

/// The means, for people.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [load, memory, free, disk, net] = self.values.map(|[_, mean, _]| mean);
        write!(
            f,
            "mean of {}: load {load:.2}, memory {memory:.0} MiB, disk {free:.0} MiB free and {disk:.0} KiB/s, network {net:.0} KiB/s",
            self.n_samples
        )
    }
}

/// The CSV files: one for each hour, in UTC, since no hour of it comes twice.
///
/// It needs no lock: a task never runs beside itself, and one task writes.
struct Output {
    directory: PathBuf,
    keep: usize,
    n_rows: AtomicU64,
}

impl Output {
    fn write(&self, summary: &Summary) -> io::Result<()> {
        let name = summary.from.format("sysmon-%Y-%m-%dT%H.csv").to_string();
        let path = self.directory.join(name);
        let is_new = !path.exists();
        let mut file = fs::File::options().create(true).append(true).open(path)?;
        if is_new {
            writeln!(file, "{}", Summary::header())?;
            self.remove_oldest()?;
        }
        writeln!(file, "{}", summary.row())?;
        self.n_rows.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn remove_oldest(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with("sysmon-") && name.ends_with(".csv") {
                files.push(path);
            }
        }
        files.sort(); // By name is by hour.
        let n_old = files.len().saturating_sub(self.keep);
        files[..n_old].iter().try_for_each(fs::remove_file)
    }
}

// The program.

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sysmon: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(options) = Options::parse()? else {
        println!("{USAGE}");
        return Ok(());
    };
    let directory = options.out.display();
    fs::create_dir_all(&options.out).map_err(|error| format!("{directory}: {error}"))?;
    println!("writing to {directory}");
    let output = OUTPUT.get_or_init(|| Output {
        directory: options.out.clone(),
        keep: options.keep,
        n_rows: AtomicU64::new(0),
    });

    // From here on the traffic counts.
    LazyLock::force(&MACHINE);
    let manager = TaskManager::new();
    let summarize = manager.of(summarize)?;
    if let Some(when) = options.summary_every {
        summarize.reschedule(when)?;
    }
    let (events, received) = mpsc::channel();
    if let Some(seconds) = options.seconds {
        // The end, too, is a task: one run, that many seconds from the start.
        let events = events.clone();
        let end = Task::new("time limit", move || {
            events.send(Event::Quit("the time is up"))
        });
        manager.add(end.every(format!("{seconds}s")).max_runs(1))?;
    }
    listen(events, options.seconds.is_none())?;

    let started = Instant::now();
    manager.run()?;
    println!("`t` and Enter shows the tasks, `q` and Enter or Ctrl-C ends");
    wait(&manager, &received);
    let elapsed = started.elapsed();

    let stopped = manager.stop();
    show_tasks(&manager);
    if !stopped.abandoned.is_empty() {
        println!("still running: {}", stopped.abandoned.join(", "));
    }

    // A monitor that watched nothing has failed, however well it ended.
    let n_samples = manager.of(sample)?.detail()?.counters.ran;
    let n_rows = output.n_rows.load(Ordering::Relaxed);
    println!("{n_samples} samples, {n_rows} summaries in {elapsed:.1?}");
    if n_samples == 0 && elapsed > Duration::from_secs(2) {
        return Err("no sample was taken".into());
    }
    let period = summarize
        .jobs()
        .first()
        .and_then(|job| job.schedule().period());
    if n_rows == 0 && period.is_some_and(|period| elapsed > 2 * period) {
        return Err("no summary was written".into());
    }
    Ok(())
}

enum Event {
    ShowTasks,
    Quit(&'static str),
}

/// Has Ctrl-C and what is typed sent as events.
fn listen(events: mpsc::Sender<Event>, ends_with_input: bool) -> Result<(), ctrlc::Error> {
    let typed = events.clone();
    thread::spawn(move || -> Result<(), mpsc::SendError<Event>> {
        for line in io::stdin().lines().map_while(Result::ok) {
            match line.trim() {
                "" => {}
                "t" => typed.send(Event::ShowTasks)?,
                "q" => typed.send(Event::Quit("q was typed"))?,
                other => println!("`{other}` is not known: `t` shows the tasks, `q` ends"),
            }
        }
        if ends_with_input {
            typed.send(Event::Quit("the input has ended"))?;
        }
        Ok(())
    });
    ctrlc::set_handler(move || {
        // An error says that the program is ending already.
        let _ = events.send(Event::Quit("interrupted"));
    })
}

/// Handles events until one of them says that it is enough.
fn wait(manager: &TaskManager, events: &Receiver<Event>) {
    for event in events {
        match event {
            Event::ShowTasks => show_tasks(manager),
            Event::Quit(reason) => {
                println!("stopping: {reason}");
                return;
            }
        }
    }
}

fn show_tasks(manager: &TaskManager) {
    let time = |t: Option<DateTime<Utc>>| match t {
        Some(t) => t.with_timezone(&Local).format("%H:%M:%S").to_string(),
        None => "-".to_owned(),
    };
    println!();
    println!(
        "{:17} {:37} {:>4} {:>6} {:>7} {:>6}  {:8} {:>9}  {:8}  health",
        "task", "when", "ran", "failed", "skipped", "missed", "last run", "took", "next run"
    );
    for task in manager.tasks_detail() {
        let when: Vec<_> = task
            .jobs
            .iter()
            .map(|job| job.description.as_str())
            .collect();
        let (counters, skipped) = (task.counters, task.counters.skipped);
        let took = task
            .last
            .as_ref()
            .map_or("-".to_owned(), |run| format!("{:.1?}", run.duration));
        println!(
            "{:17} {:37} {:4} {:6} {:7} {:6}  {:8} {:>9}  {:8}  {}",
            task.name,
            when.join("; "),
            counters.ran,
            counters.failed + counters.panicked,
            skipped.overlap + skipped.disabled + skipped.stopped,
            counters.missed,
            time(task.last.as_ref().map(|run| run.started_at)),
            took,
            time(task.next_run),
            task.health
        );
    }
    println!();
}

struct Options {
    out: PathBuf,
    keep: usize,
    summary_every: Option<String>,
    seconds: Option<u64>,
}

impl Options {
    /// `None` if it was asked for help.
    fn parse() -> Result<Option<Options>, lexopt::Error> {
        use lexopt::prelude::*;

        let mut options = Options {
            out: std::env::temp_dir().join("sysmon"),
            keep: 24,
            summary_every: None,
            seconds: None,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("out") => options.out = parser.value()?.into(),
                Long("keep") => options.keep = parser.value()?.parse()?,
                Long("summary-every") => options.summary_every = Some(parser.value()?.string()?),
                Long("seconds") => options.seconds = Some(parser.value()?.parse()?),
                Short('h') | Long("help") => return Ok(None),
                _ => return Err(argument.unexpected()),
            }
        }
        if options.keep == 0 {
            return Err("--keep must be at least 1".into());
        }
        Ok(Some(options))
    }
}
