use task::{Context, task};

#[task(every = "30s")]
async fn beat(_: &Context) -> Result<(), Opaque> {
    Ok(())
}

struct Opaque;

fn main() {}
