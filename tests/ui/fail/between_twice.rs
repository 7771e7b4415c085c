use task::task;

#[task(every = ["30s", "1m between 10:00 and 12:00"], between = "09:00 to 17:00")]
fn beat() {}

fn main() {}
