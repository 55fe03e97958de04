//! A kind as an administrator names it who grants the right to scale it: by its resource.

use std::borrow::Cow;
use std::str::FromStr;

use super::{OWN, Own, custom};
use crate::api::names::is_label;

/// A resource, such as `deployments.apps`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Its API group.
    pub group: Cow<'static, str>,
    /// As it stands in the API's paths.
    pub plural: Cow<'static, str>,
}

/// A text that names no resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no kind that can be scaled: write one of {}, or RESOURCE.GROUP for a custom kind, such as fleets.example.com",
    OWN.map(|own| own.short.unwrap_or(own.plural)).join(", ")
)]
pub struct NoResource;

impl Resource {
    /// That of a kind with a file of its own.
    pub const fn of(own: &'static Own) -> Self {
        Self { group: Cow::Borrowed(own.group), plural: Cow::Borrowed(own.plural) }
    }

    /// The kind, where it has a file of its own.
    pub fn own(&self) -> Option<&'static Own> {
        OWN.into_iter().find(|own| own.plural == self.plural && own.group == self.group)
    }

    /// The name of its CRD, where it has no file of its own.
    pub fn crd(&self) -> Option<String> {
        self.own().is_none().then(|| format!("{}.{}", self.plural, self.group))
    }

    /// The kinds to which it takes the rights, too.
    pub fn adds(&self) -> impl Iterator<Item = Self> {
        self.own().into_iter().flat_map(|own| own.adds).map(|own| Self::of(own))
    }

    /// The verbs that scaling its objects takes, on them and on parts of them.
    pub fn rights(&self) -> Vec<(String, &'static [&'static str])> {
        match self.own() {
            Some(own) => own.rights.iter().map(|(part, verbs)| ((*part).to_owned(), *verbs)).collect(),
            None => {
                let both: [&'static [&'static str]; 2] = [&["list", "watch"], &["patch"]];
                [self.plural.to_string(), format!("{}/scale", self.plural)].into_iter().zip(both).collect()
            }
        }
    }
}

impl FromStr for Resource {
    type Err = NoResource;

    /// One with a file of its own with its group or without, a custom one with its group.
    fn from_str(text: &str) -> Result<Self, NoResource> {
        let is_it = |own: &&'static Own| {
            own.plural == text || own.short == Some(text) || text.split_once('.') == Some((own.plural, own.group))
        };
        if let Some(own) = OWN.into_iter().find(is_it) {
            return Ok(Self::of(own));
        }
        let (plural, group) = text.split_once('.').ok_or(NoResource)?;
        let is_one = is_label(plural) && custom::is_group(group);
        is_one.then(|| Self { group: group.to_owned().into(), plural: plural.to_owned().into() }).ok_or(NoResource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_named_as_kubectl_names_it() {
        let read = |text: &str| text.parse::<Resource>();
        assert_eq!(read("deployments").unwrap(), read("deployments.apps").unwrap());
        assert_eq!(read("cronjobs").unwrap().rights(), [("cronjobs".to_owned(), &["list", "patch", "watch"][..])]);
        let fleets = read("fleets.example.com").unwrap();
        assert_eq!((fleets.own().is_none(), fleets.crd().as_deref()), (true, Some("fleets.example.com")));
        assert_eq!(read("deployments").unwrap().crd(), None);
        let hpas = read("hpas").unwrap();
        assert_eq!(hpas, read("horizontalpodautoscalers.autoscaling").unwrap());
        assert_eq!(hpas.adds().collect::<Vec<_>>(), [read("deployments").unwrap()]);
        for none in
            ["", "deployment", "Deployments", "fleets", "pods", "daemonsets.apps", "fleets.nodot", ".example.com", "*"]
        {
            let said = read(none).unwrap_err().to_string();
            assert!(
                said.contains("deployments, statefulsets, replicasets, hpas, cronjobs, scaledobjects,"),
                "{none}: {said}"
            );
        }
    }
}
