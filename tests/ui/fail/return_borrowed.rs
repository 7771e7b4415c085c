use task::{Context, task};

#[task(every = "30s")]
fn beat(context: &Context) -> Result<(), &str> {
    Err(context.task())
}

fn main() {}
