//! The week of a schedule: what windows are made of, and the table that they are compiled into.

mod days;
/// Windows painted over one another, which makes a table.
pub(crate) mod paint;
/// The table: which window applies at each minute of the week.
pub(crate) mod table;
mod time_of_day;
mod weekday;
mod window;

pub use days::Days;
pub use time_of_day::TimeOfDay;
pub(crate) use time_of_day::two_digits;
pub use weekday::Weekday;
pub use window::Window;
