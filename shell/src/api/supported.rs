//! What the resource may ask for and the controller of this version doesn't do, in the words of the controller's conditions
//! and the command line's warnings alike.

use super::TargetRef;
use super::text::plain;
use crate::api::problems::FieldProblem;
use crate::target::{Kind, OWN};

/// What is said of a target that this version doesn't scale. Whether a custom kind is there and has a count is the API server's to
/// say.
pub fn unsupported_target(target: &TargetRef) -> Option<FieldProblem> {
    let (version, kind) = (target.api_version.as_str(), target.kind.as_str());
    if Kind::named(version, kind).is_some() {
        return None;
    }
    let same = OWN.into_iter().find(|own| own.name == kind);
    let (field, right) = match same {
        Some(right) => ("spec.targetRef.apiVersion", format!("apiVersion {} and kind {kind}", right.api_version())),
        None => {
            let all = OWN.map(|own| own.name).join(", ");
            (
                "spec.targetRef.kind",
                format!("one of the kinds {all}, or a custom kind with scale as GROUP/VERSION and kind"),
            )
        }
    };
    let message = format!("this version scales no {} of {}: write {right}", plain(kind), plain(version));
    Some(FieldProblem { field: field.to_owned(), message })
}
