use task::task;

#[task(at = "2126-12-24 18:00", fold = "both")]
fn beat() {}

fn main() {}
