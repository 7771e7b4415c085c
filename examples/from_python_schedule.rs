//! For those who come from Python's `schedule`: its lines, in comments, and the
//! Rust that replaces each of them.
//!
//! What differs in meaning is said where it differs, after the word *Differs*.

use std::{ops::ControlFlow, time::Duration};

use chrono::{Local, TimeZone};
use task::{Every, ManualClock, Task, TaskManager, every, task};

// def job():
//     print("I'm working...")
fn job() {
    println!("  I'm working...");
}

// def greet(name):
//     print("Hello", name)
fn greet(name: &str) {
    println!("  Hello {name}");
}

// @repeat(every(10).minutes)
// def report():
//     print("Reporting...")
#[task(every = "10m")]
fn report() {
    println!("  Reporting...");
}

// @repeat(every().day.at("12:42", "Europe/Amsterdam"))
// @repeat(every().hour.at(":15"))
// def backup():
//     print("Backing up...")
#[task(every = ["day at 12:42 in Europe/Amsterdam", "hour at :15"])]
fn backup() {
    println!("  Backing up...");
}

fn main() -> Result<(), task::Error> {
    // It is Monday, 2024-01-01, 10:00 here, on a clock that this program moves,
    // since waiting would be long. A real one has `TaskManager::new()`.
    let monday = Local.with_ymd_and_hms(2024, 1, 1, 10, 0, 0);
    let clock = ManualClock::at(monday.earliest().expect("no clock was changed then"));
    let manager = TaskManager::builder().clock(clock.clone()).build();

    when(&manager)?;
    until(&manager)?;
    what(&manager, &clock)?;
    tags_and_removal(&manager)?;
    failures(&manager, &clock)?;
    driving(&manager, &clock)?;

    println!("all that is scheduled:");
    table(&manager);
    Ok(())
}

fn when(manager: &TaskManager) -> Result<(), task::Error> {
    // schedule.every(3).seconds.do(job)
    //
    // Differs: a task has a name. It is what errors, logs and tables call it.
    manager.add(Task::new("3 seconds", job).schedule(every(3).seconds()))?;

    // The same for the lines that follow.
    let add = |name: &str, when: Every| manager.add(Task::new(name, job).schedule(when));

    // schedule.every(10).minutes.do(job)
    //
    // Differs: this keeps its rate. The k-th run comes 10 · k minutes after the
    // start, however long the runs take. Python counts from the end of the last
    // run, so that a job of 2 minutes comes each 12: that is `delay`.
    add("10 minutes", every(10).minutes())?;
    add("10 minutes as in Python", every(10).minutes().delay())?;

    // schedule.every().hour.do(job)
    // schedule.every().hour.at(":23").do(job)
    // schedule.every().minute.at(":17").do(job)
    add("hour", every(1).hour())?;
    add("hour at :23", every(1).hour().at(":23"))?;
    add("minute at :17", every(1).minute().at(":17"))?;

    // schedule.every().day.at("10:30").do(job)
    // schedule.every().day.at("10:30", "America/New_York").do(job)
    //
    // Differs: a job whose time the clock is set forward over runs once, at the
    // first instant after the gap, and is back to normal the day after.
    add("day", every(1).day().at("10:30"))?;
    let new_york = every(1).day().at("10:30").timezone("America/New_York");
    add("day in New York", new_york)?;

    // schedule.every().monday.do(job)
    // schedule.every().wednesday.at("13:15").do(job)
    add("monday", every(1).monday())?;
    add("wednesday", every(1).wednesday().at("13:15"))?;

    // schedule.every(5).to(10).minutes.do(job)
    //
    // Differs: not only whole minutes are drawn.
    add("5 to 10 minutes", every(5).to(10).minutes())?;

    // Python raises an exception for each of these, and so does this: an error
    // is returned when the task is added. (`every(0)` hangs Python.) In the
    // attribute it is an error when the program is compiled.
    println!("mistakes:");
    for mistake in [
        every(2).monday(),
        every(1).day().at("25:00"),
        every(1).week().at("10:30"),
        every(10).to(5).minutes(),
        every(0).seconds(),
    ] {
        if let Err(error) = mistake.build() {
            println!("  {error}");
        }
    }
    Ok(())
}

fn until(manager: &TaskManager) -> Result<(), task::Error> {
    // schedule.every(1).hours.until("18:30").do(job)
    // schedule.every(1).hours.until("2030-01-01 18:33").do(job)
    // schedule.every(1).hours.until(timedelta(hours=8)).do(job)
    let today = every(1).hours().until("18:30");
    manager.add(Task::new("until this evening", job).schedule(today))?;
    let years = every(1).hours().until("2030-01-01 18:33");
    manager.add(Task::new("until 2030", job).schedule(years))?;
    let shift = every(1).hours().until(Duration::from_secs(8 * 3600));
    manager.add(Task::new("for 8 hours", job).schedule(shift))?;

    // A limit that is past is an error in both.
    let past = every(1).hours().until("2020-01-01");
    if let Err(error) = manager.add(Task::new("until 2020", job).schedule(past)) {
        println!("a limit that is past:\n  {error}");
    }
    Ok(())
}

fn what(manager: &TaskManager, clock: &ManualClock) -> Result<(), task::Error> {
    println!("arguments, and a job that cancels itself:");

    // schedule.every(2).seconds.do(greet, name="Alice")
    let alice = Task::new("greet Alice", || greet("Alice"));
    manager.add(alice.schedule(every(2).seconds()))?;

    // def job_that_executes_once():
    //     return schedule.CancelJob
    //
    // schedule.every().second.do(job_that_executes_once)
    let once = Task::new("once", || {
        println!("  Once");
        ControlFlow::Break(())
    });
    manager.add(once.schedule(every(1).second()))?;

    clock.advance(Duration::from_secs(2));
    manager.run_pending();

    // Differs: the task is still there, without a job that will fire, so that
    // it can be looked at and run by hand.
    manager.remove("greet Alice")?;
    manager.remove("once")
}

fn tags_and_removal(manager: &TaskManager) -> Result<(), task::Error> {
    println!("tags:");

    // schedule.every().day.do(greet, 'Andrea').tag('daily-tasks', 'friend')
    // schedule.every().hour.do(greet, 'John').tag('hourly-tasks', 'friend')
    // monica = schedule.every().hour.do(greet, 'Monica').tag('hourly-tasks', 'customer')
    let andrea = Task::new("Andrea", || greet("Andrea")).tags(["daily-tasks", "friend"]);
    manager.add(andrea.schedule(every(1).day()))?;
    let john = Task::new("John", || greet("John")).tags(["hourly-tasks", "friend"]);
    manager.add(john.schedule(every(1).hour()))?;
    let monica = Task::new("Monica", || greet("Monica")).tags(["hourly-tasks", "customer"]);
    let monica = manager.add(monica.schedule(every(1).hour()))?;

    // friends = schedule.get_jobs('friend')
    for friend in manager.tagged("friend") {
        println!("  friend: {}", friend.name());
    }

    // print(monica)
    println!("  {}", monica.jobs()[0]);

    // schedule.cancel_job(monica)
    // schedule.clear('daily-tasks')
    manager.remove("Monica")?;
    println!("  cleared: {}", manager.clear("daily-tasks"));

    // schedule.clear()
    //
    // That is `manager.clear(None)`: not here, or there was nothing left to show.
    Ok(())
}

fn failures(manager: &TaskManager, clock: &ManualClock) -> Result<(), task::Error> {
    println!("a job that fails:");

    // @catch_exceptions(cancel_on_failure=True)
    // def bad_task():
    //     return 1 / 0
    //
    // schedule.every(2).seconds.do(bad_task)
    //
    // Differs: an exception leaves Python's `run_pending`, skips what else is
    // due and has the job due again at once, which is why programs catch it. An
    // error here is a failed run: counted, shown, and given to `on_failed`. The
    // others go on, and so does the job, at its next time. A panic is the same.
    let bad = Task::new("bad task", || "one".parse::<u8>())
        .schedule(every(2).seconds())
        .on_failed(|run: &task::Run| println!("  {} {}", run.task(), run.outcome()));
    let bad = manager.add(bad)?;

    clock.advance(Duration::from_secs(2));
    manager.run_pending();
    println!("  failed so far: {}", bad.detail()?.counters.failed);
    bad.cancel();
    Ok(())
}

fn driving(manager: &TaskManager, clock: &ManualClock) -> Result<(), task::Error> {
    println!("driving:");

    // n = schedule.idle_seconds()
    // print(schedule.next_run())
    //
    // Differs: an idle time is never negative.
    println!("  idle for {:?}", manager.idle());
    println!("  next run at {:?}", manager.next_run());

    // other = schedule.Scheduler()
    // other.every().day.do(greet, 'Bob')
    // other.every().day.do(greet, 'Carol')
    //
    // Two managers share nothing. This one has none of the annotated tasks, and
    // a clock of its own.
    let clock_of_other = ManualClock::new();
    let other = TaskManager::builder()
        .empty()
        .clock(clock_of_other.clone())
        .build();
    other.add(Task::new("Bob", || greet("Bob")).schedule(every(1).day()))?;
    other.add(Task::new("Carol", || greet("Carol")).schedule(every(1).day()))?;

    // other.run_all(delay_seconds=10)
    //
    // Differs: they run in the order of their names, and no schedule is moved by
    // it. The delay lies between two of them, not after the last.
    println!("  ran: {}", other.run_all(Duration::from_secs(10)));

    // while True:
    //     other.run_pending()
    //     time.sleep(1)
    //
    // Differs: nobody has to guess how long to sleep, since `idle` says for how
    // long nothing is due. With the system's clock that is `thread::sleep`: see
    // the example `run_pending_loop`.
    for _ in 0..2 {
        clock_of_other.advance(other.idle().unwrap_or_default());
        println!("  after {}: {}", clock_of_other.now(), other.run_pending());
    }

    // def run_threaded(job_func):
    //     threading.Thread(target=job_func).start()
    //
    // schedule.every(10).seconds.do(run_threaded, job)
    //
    // Differs: a job whose last run goes on is not started again beside it. The
    // fire is counted as skipped.
    let threaded = Task::new("on a worker thread", job).threaded();
    manager.add(threaded.schedule(every(10).seconds()))?;

    // stop_run_continuously = run_continuously()   # 20 lines in Python's docs
    // time.sleep(10)
    // stop_run_continuously.set()
    //
    // Differs: `run` starts the jobs. What counts from somewhere counts from it.
    manager.run()?;
    clock.advance(Duration::from_secs(10));
    manager.settle(); // Only a clock moved by hand asks for this.
    println!("  all had ended: {}", manager.stop().is_clean());
    Ok(())
}

// for job in schedule.get_jobs():
//     print(job)
fn table(manager: &TaskManager) {
    println!("  {:24} {:42} next run", "task", "when");
    for task in manager.tasks_detail() {
        for job in task.jobs {
            let next_run = match job.next_run.map(|next_run| next_run.with_timezone(&Local)) {
                Some(next_run) => next_run.format("%a %Y-%m-%d %H:%M:%S").to_string(),
                None => "never".to_owned(),
            };
            println!("  {:24} {:42} {next_run}", task.name, job.description);
        }
    }
}
