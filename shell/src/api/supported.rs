//! What the resource may ask for and the controller of this version doesn't do, in the words of the controller's conditions
//! and the command line's warnings alike.

use super::TargetRef;
use super::text::plain;
use crate::api::problems::FieldProblem;
use crate::target::Kind;

/// What is said of a target that this version doesn't scale.
pub fn unsupported_target(target: &TargetRef) -> Option<FieldProblem> {
    let (version, kind) = (target.api_version.as_str(), target.kind.as_str());
    if Kind::named(version, kind).is_some() {
        return None;
    }
    let same = Kind::ALL.into_iter().find(|known| known.as_str() == kind);
    let (field, right) = match same {
        Some(right) => ("spec.targetRef.apiVersion", format!("apiVersion {} and kind {kind}", right.api_version())),
        None => {
            let all: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
            ("spec.targetRef.kind", format!("one of the kinds {}", all.join(", ")))
        }
    };
    let message = format!("this version scales no {} of {}: write {right}", plain(kind), plain(version));
    Some(FieldProblem { field: field.to_owned(), message })
}
