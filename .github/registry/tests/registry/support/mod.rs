//! What the tests run with.

pub mod attached;
pub mod image;
pub mod kind;
pub mod program;
pub mod proxy;
pub mod server;

pub use image::{Built, Recipe};
pub use kind::Kind;
pub use program::{publish, run};
pub use server::{Server, Shelf};

/// What the tags of a registry should be: `v0.1` and `v0.1.0` of this image, say.
#[track_caller]
pub fn assert_tags(shelf: &Shelf, wanted: &[(&str, &[&str])]) {
    let wanted =
        wanted.iter().flat_map(|(digest, tags)| tags.iter().map(|tag| ((*tag).to_owned(), (*digest).to_owned())));
    assert_eq!(shelf.tags(), wanted.collect());
}
