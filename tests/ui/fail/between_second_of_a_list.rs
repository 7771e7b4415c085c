use task::task;

#[task(every = ["30s", "day at 18:00"], between = "09:00 to 17:00")]
fn beat() {}

fn main() {}
