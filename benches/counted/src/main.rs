//! Counts on the machine that builds it, under callgrind.
//!
//! Without arguments it runs everything once and prints the names and the numbers of calls. With a number it runs that
//! part alone, so that the difference to a run of none (any number beyond the last) is what the part takes.

use kyklos_counted::{Counter, count_all};

/// The number of the part to run: for each name the work, and then its harness.
struct Only(usize);

impl Counter for Only {
    fn count(&mut self, _: &'static str, _: usize, work: &mut dyn FnMut(), harness: &mut dyn FnMut()) {
        match self.0 {
            0 => work(),
            1 => harness(),
            _ => {}
        }
        self.0 = self.0.wrapping_sub(2);
    }
}

/// Runs everything and says what there is.
struct All;

impl Counter for All {
    fn count(&mut self, name: &'static str, calls: usize, work: &mut dyn FnMut(), harness: &mut dyn FnMut()) {
        work();
        harness();
        println!("{name}\t{calls}");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match std::env::args().nth(1) {
        Some(part) => count_all(&mut Only(part.parse()?))?,
        None => count_all(&mut All)?,
    }
    Ok(())
}
