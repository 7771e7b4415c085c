use task::task;

#[task(every = "30s", when = is_night)]
fn beat() {}

fn is_night(hour: u32) -> bool {
    hour < 6
}

fn main() {}
