//! What the resource may ask for and the controller of this version doesn't do, in the words of the controller's conditions
//! and the command line's warnings alike.

use super::text::plain;
use super::{OVERRIDE_ANNOTATION, TargetRef};
use crate::api::problems::FieldProblem;
use crate::target::Kind;

/// What is said of a target that this version doesn't scale.
pub fn unsupported_target(target: &TargetRef) -> Option<FieldProblem> {
    let (version, kind) = (target.api_version.as_str(), target.kind.as_str());
    if Kind::named(version, kind).is_some() {
        return None;
    }
    let same = Kind::ALL.into_iter().find(|known| known.as_str() == kind);
    let field = if same.is_some() { "spec.targetRef.apiVersion" } else { "spec.targetRef.kind" };
    let right = same.unwrap_or(Kind::Deployment);
    let message = format!(
        "this version scales no {} of {}: write apiVersion {} and kind {}",
        plain(kind),
        plain(version),
        right.api_version(),
        right.as_str()
    );
    Some(FieldProblem { field: field.to_owned(), message })
}

/// What is said of an override.
pub fn unsupported_override() -> FieldProblem {
    FieldProblem {
        field: format!("metadata.annotations[{OVERRIDE_ANNOTATION}]"),
        message:
            "the controller of this version acts on no overrides, so the schedule goes on: remove the annotation, or \
                  write an exception instead"
                .to_owned(),
    }
}
