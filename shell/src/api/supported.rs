//! What the resource may ask for and the controller of this version doesn't do, in the words of the controller's conditions
//! and the command line's warnings alike.

use super::TimeWindowScalerSpec;
use super::selection::{KindRef, KindSpec};
use super::text::plain;
use crate::api::problems::FieldProblem;
use crate::target::{Kind, OWN};

/// What is said of targets of kinds that this version doesn't scale. Whether a custom kind is there and has a count is the API server's
/// to say.
pub fn unsupported_targets(spec: &TimeWindowScalerSpec) -> Vec<FieldProblem> {
    let named =
        spec.target_ref.iter().filter_map(|target| unsupported(&target.api_version, &target.kind, "spec.targetRef"));
    let kinds = spec.targets.iter().filter_map(|targets| targets.kinds.as_ref()).flatten().enumerate();
    let selected = kinds.filter_map(|(index, KindSpec { api_version, kind })| {
        // What is missing is said by whoever reads it.
        let api_version = api_version.as_deref().or_else(|| KindRef::usual(kind))?;
        unsupported(api_version, kind, &format!("spec.targets.kinds[{index}]"))
    });
    named.chain(selected).collect()
}

fn unsupported(version: &str, kind: &str, field: &str) -> Option<FieldProblem> {
    if kind.is_empty() || version.is_empty() || Kind::named(version, kind).is_some() {
        return None;
    }
    let same = OWN.into_iter().find(|own| own.name == kind);
    let (part, right) = match same {
        Some(right) => ("apiVersion", format!("apiVersion {} and kind {kind}", right.api_version())),
        None => {
            let all = OWN.map(|own| own.name).join(", ");
            ("kind", format!("one of the kinds {all}, or a custom kind with scale as GROUP/VERSION and kind"))
        }
    };
    let message = format!("this version scales no {} of {}: write {right}", plain(kind), plain(version));
    Some(FieldProblem { field: format!("{field}.{part}"), message })
}
