use task::task;

#[task(every = "30s", on_skipped = note)]
fn beat() {}

fn note(run: &task::Run) {
    let _ = run;
}

fn main() {}
