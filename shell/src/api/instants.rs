//! Instants as text.

use chrono::{DateTime, SecondsFormat, Utc};

/// Reads an RFC 3339 instant of any offset; fractions of a second are cut off.
///
/// # Errors
///
/// What is wrong with the text, and what would be right.
pub fn read(text: &str) -> Result<DateTime<Utc>, String> {
    // A leap second is chrono's 59th with a fraction of more than a second, so it is cut off, too.
    DateTime::parse_from_rfc3339(text)
        .ok()
        .and_then(|at| DateTime::from_timestamp(at.timestamp(), 0))
        .ok_or_else(|| format!("{text:?} is no instant: write RFC 3339 with an offset, such as 2026-12-01T18:00:00Z"))
}

/// Writes an instant in UTC with a `Z`, to the second.
pub fn write(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_offset_and_cuts_fractions() {
        for text in ["2026-03-08T06:45:00.999Z", "2026-03-08T01:45:00-05:00", "2026-03-08t07:45:00.1+01:00"] {
            assert_eq!(write(read(text).unwrap()), "2026-03-08T06:45:00Z", "{text}");
        }
        assert_eq!(write(read("2016-12-31T23:59:60Z").unwrap()), "2016-12-31T23:59:59Z");
        // Before 1970, too, a fraction is cut off towards the past.
        assert_eq!(write(read("1969-12-31T23:59:58.5Z").unwrap()), "1969-12-31T23:59:58Z");
    }

    #[test]
    fn reaches_beyond_four_digits_by_offsets_alone() {
        assert_eq!(write(read("9999-12-31T23:59:59-23:59").unwrap()), "+10000-01-01T23:58:59Z");
        assert_eq!(write(read("0000-01-01T00:00:00+23:59").unwrap()), "-0001-12-31T00:01:00Z");
    }

    #[test]
    fn refuses_everything_else() {
        for text in ["", "now", "2026-03-08", "2026-03-08T06:45:00", "2026-02-29T00:00:00Z", "+10000-01-01T00:00:00Z"] {
            assert!(read(text).unwrap_err().starts_with(&format!("{text:?} is no instant")), "{text}");
        }
    }
}
