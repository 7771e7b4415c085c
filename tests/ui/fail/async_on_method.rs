use task::{Context, task};

struct Beat;

impl Beat {
    #[task(every = "30s")]
    async fn beat(&self, _context: &Context) {}
}

fn main() {}
