use std::rc::Rc;

use task::{State, task};

#[task(every = "30s")]
fn beat(_pool: State<Rc<u8>>) {}

fn main() {}
