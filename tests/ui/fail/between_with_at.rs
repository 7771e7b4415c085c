use task::task;

#[task(at = "2126-12-24 18:00", between = "09:00 to 17:00")]
fn beat() {}

fn main() {}
