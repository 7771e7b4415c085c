use task::task;

#[task(every = ["30s" "1m"], when = |context|, on_failed = self::, max_runs = 5 +, nam)]
fn beat() {}

fn main() {}
