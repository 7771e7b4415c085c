use task::task;

#[task(every = "30s")]
struct Beat;

fn main() {}
