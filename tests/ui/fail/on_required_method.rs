use task::task;

trait Beat {
    #[task(every = "30s")]
    fn beat();
}

fn main() {}
