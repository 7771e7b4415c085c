use task::task;

#[task(every = "30s")]
fn beat() -> Result<(), Opaque> {
    Ok(())
}

struct Opaque;

fn main() {}
