//! Bytes as the readings of a device's clock: the guard says of each what its words say, whatever came before.

use arbitrary::{Result, Unstructured};
use kyklos_core::{Epoch, Guard, Reading};

pub(crate) fn check(bytes: &mut Unstructured<'_>) -> Result<()> {
    let not_before: i64 = bytes.arbitrary()?;
    let mut guard = Guard::new(not_before);
    let mut trusted: Option<i128> = None;
    for _ in 0..bytes.int_in_range(1..=12)? {
        let (epoch, unix) = *bytes.choose(&[(Epoch::Unix1970, 0_i128), (Epoch::Y2000, 946_684_800)])?;
        let seconds = reading(bytes, not_before, trusted.unwrap_or_default(), unix)?;
        let at = seconds.map(|seconds| i128::from(seconds) + unix).filter(|&at| at <= i128::from(i64::MAX));
        let found = guard.read(seconds, epoch);
        let expected = match (at.and_then(|at| i64::try_from(at).ok()), trusted) {
            (None, _) => Reading::Unset,
            (Some(at), _) if at < not_before => Reading::TooEarly,
            (Some(at), Some(last)) if i128::from(at) < last => {
                let back = u64::try_from(last - i128::from(at)).unwrap_or_default();
                Reading::Stepped { back, at }
            }
            (Some(at), _) => Reading::Trusted(at),
        };
        assert_eq!(found, expected, "{seconds:?} since {epoch:?}, not before {not_before}, after {trusted:?}");
        if let Reading::Trusted(at) | Reading::Stepped { at, .. } = found {
            trusted = Some(at.into());
            // It is told once.
            assert_eq!(guard.clone().read(seconds, epoch), Reading::Trusted(at));
        }
    }
    Ok(())
}

/// Seconds since an epoch, most often close to what matters.
fn reading(bytes: &mut Unstructured<'_>, not_before: i64, last: i128, epoch: i128) -> Result<Option<u64>> {
    let near = match bytes.int_in_range(0..=4)? {
        0 => return Ok(None),
        1 => return Ok(Some(bytes.arbitrary()?)),
        2 => i128::from(i64::MAX),
        3 => last,
        _ => i128::from(not_before),
    };
    Ok(u64::try_from(near - epoch + bytes.int_in_range(-3..=3)?).ok())
}
