//! The image's sizes against the contract's budgets.

use serde::Serialize;

use super::content::Content;

/// A size, its budget and its goal, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Size {
    /// `linux/amd64`
    pub platform: String,
    /// Which part of the image.
    pub part: Part,
    /// What it is.
    pub bytes: u64,
    /// Above this, the image isn't published.
    pub budget: u64,
    /// What it should become.
    pub goal: u64,
}

/// The parts of an image that have a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The program.
    Binary,
    /// All layers but that of the program: their files, unpacked.
    Base,
    /// All files of all layers, unpacked.
    Unpacked,
    /// Layers and configuration, as they go over the network.
    Pulled,
}

/// A megabyte, as registries and `docker images` count.
const MB: u64 = 1_000_000;

impl Part {
    const ALL: [Self; 4] = [Self::Binary, Self::Base, Self::Unpacked, Self::Pulled];

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Base => "base",
            Self::Unpacked => "image, unpacked",
            Self::Pulled => "image, as pulled",
        }
    }

    /// Budget and goal.
    fn limits(self) -> (u64, u64) {
        match self {
            Self::Binary => (12 * MB, 8 * MB),
            Self::Base => (5 * MB, 3 * MB),
            Self::Unpacked => (16 * MB, 10 * MB),
            Self::Pulled => (8 * MB, 5 * MB),
        }
    }
}

/// The sizes of one platform's image.
pub(crate) fn measure(platform: &str, content: &Content) -> Vec<Size> {
    let binary = content.binary.as_ref().map_or(0, |binary| binary.len() as u64);
    let base = content.layers.iter().filter(|layer| !layer.has_binary).map(|layer| layer.unpacked).sum();
    let unpacked = content.layers.iter().map(|layer| layer.unpacked).sum();
    let pulled = content.layers.iter().map(|layer| layer.pulled).sum::<u64>() + content.config_bytes.len() as u64;
    let bytes = [binary, base, unpacked, pulled];
    let size = |(part, bytes): (Part, u64)| {
        let (budget, goal) = part.limits();
        Size { platform: platform.to_owned(), part, bytes, budget, goal }
    };
    Part::ALL.into_iter().zip(bytes).map(size).collect()
}

/// Whether all are within their budgets; where not, which part it is that grew.
pub(super) fn check(sizes: &[Size]) -> Result<String, String> {
    let over: Vec<_> = sizes.iter().filter(|size| size.bytes > size.budget).collect();
    if over.is_empty() {
        let met = sizes.iter().filter(|size| size.bytes <= size.goal).count();
        return Ok(format!("within all budgets; {met} of {} goals reached", sizes.len()));
    }
    let over_parts: Vec<_> = over
        .iter()
        .map(|size| {
            let (bytes, budget) = (megabytes(size.bytes), megabytes(size.budget));
            format!(
                "{}: {bytes} is {} over its budget of {budget}",
                size.part.name(),
                megabytes(size.bytes - size.budget)
            )
        })
        .collect();
    Err(format!("{}; {}", over_parts.join("; "), grown(sizes)))
}

/// The part that is furthest above its goal: that, and not the total, is where to look.
fn grown(sizes: &[Size]) -> String {
    let of = |part: Part| sizes.iter().find(|size| size.part == part).map_or((0, 0), |size| (size.bytes, size.goal));
    let (binary, base, unpacked) = (of(Part::Binary), of(Part::Base), of(Part::Unpacked));
    let other = (unpacked.0.saturating_sub(binary.0 + base.0), 0);
    let parts = [("the binary", binary), ("the base", base), ("what lies beside the binary in its layer", other)];
    match parts.iter().max_by_key(|(_, (bytes, goal))| bytes.saturating_sub(*goal)) {
        Some((name, (bytes, goal))) if bytes > goal => {
            format!("what grew is {name}: {}, where {} is the goal", megabytes(*bytes), megabytes(*goal))
        }
        // Each is small unpacked: then it is the compression.
        _ => "no part has grown, so it is compressed badly".to_owned(),
    }
}

/// `8.13 MB`
pub fn megabytes(bytes: u64) -> String {
    format!("{}.{:02} MB", bytes / MB, bytes % MB / 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(binary: u64, base: u64, other: u64, pulled: u64) -> Vec<Size> {
        let bytes = [binary, base, binary + base + other, pulled].map(|kilobytes| kilobytes * 1000);
        let size = |(part, bytes): (Part, u64)| {
            let (budget, goal) = part.limits();
            Size { platform: "linux/amd64".into(), part, bytes, budget, goal }
        };
        Part::ALL.into_iter().zip(bytes).map(size).collect()
    }

    #[test]
    fn it_says_which_part_grew() {
        assert_eq!(check(&sizes(7_000, 2_000, 0, 4_000)).unwrap(), "within all budgets; 4 of 4 goals reached");
        assert_eq!(check(&sizes(12_000, 4_000, 0, 8_000)).unwrap(), "within all budgets; 0 of 4 goals reached");
        let error = check(&sizes(12_345, 2_000, 0, 4_000)).unwrap_err();
        assert!(
            error.starts_with("binary: 12.34 MB is 0.34 MB over its budget of 12.00 MB; what grew is the binary"),
            "{error}"
        );
        let error = check(&sizes(7_000, 6_000, 0, 4_000)).unwrap_err();
        assert!(error.starts_with("base: 6.00 MB") && error.contains("what grew is the base: 6.00 MB"), "{error}");
        let error = check(&sizes(7_000, 2_000, 8_000, 4_000)).unwrap_err();
        assert!(error.starts_with("image, unpacked: 17.00 MB") && error.contains("beside the binary"), "{error}");
        assert!(check(&sizes(7_000, 2_000, 0, 9_000)).unwrap_err().contains("compressed badly"));
    }
}
