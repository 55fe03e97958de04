//! What the resource may ask for and the controller of this version doesn't do, in the words of the controller's conditions
//! and the command line's warnings alike.

use super::{OVERRIDE_ANNOTATION, TargetRef};
use crate::api::problems::FieldProblem;

/// The one kind of target that this version scales.
const SCALABLE: (&str, &str) = ("apps/v1", "Deployment");

/// What is said of a target that this version doesn't scale.
pub fn unsupported_target(target: &TargetRef) -> Option<FieldProblem> {
    let found = (target.api_version.as_str(), target.kind.as_str());
    if found == SCALABLE {
        return None;
    }
    let field = if found.1 == SCALABLE.1 { "spec.targetRef.apiVersion" } else { "spec.targetRef.kind" };
    let message = format!(
        "this version scales no {} of {}: write apiVersion {} and kind {}",
        found.1, found.0, SCALABLE.0, SCALABLE.1
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
