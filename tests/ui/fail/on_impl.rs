use task::task;

#[task(every = "30s")]
impl Beat {}

struct Beat;

fn main() {}
