use task::task;

struct Beat;

impl Beat {
    #[task(every = "30s")]
    fn beat(&self) {}
}

fn main() {}
