use task::task;

#[task(every = "30s")]
fn beat<T: Default>() {
    T::default();
}

fn main() {}
