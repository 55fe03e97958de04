//! Exceptions from what is known against the image: statements of OpenVEX that Kyklos isn't affected, each of a version of a
//! package, and each with an end. A scanner reads the file; that it is in order, and that no end has come, is looked at here.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

/// From the top folder.
pub const FILE: &str = ".github/vex.json";
/// The form: <https://github.com/openvex/spec>, version 0.2.0.
const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";
/// The one status that is an exception.
const STATUS: &str = "not_affected";
/// The reasons that the form knows for it.
const JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];
/// What packages of the image begin with, as scanners name them: crates, and those of the base.
const PACKAGES: [&str; 2] = ["pkg:cargo/", "pkg:deb/debian/"];
/// The longest that an exception may last, in days: by then somebody looks at it again, or it has been mended.
const LONGEST: i64 = 90;
/// How `status_notes` begins, since the form has no field for an end.
const ENDS: &str = "ends ";

/// All of them.
#[derive(Debug)]
pub struct Exceptions {
    /// The file, where it has any: some scanners don't take a list without statements.
    file: Option<PathBuf>,
    vulnerabilities: Vec<String>,
}

impl Exceptions {
    /// Those of the repository, none of which has ended today.
    pub fn read(root: &Path) -> Result<Self> {
        Self::at(&root.join(FILE))
    }

    /// Those of a file.
    pub fn at(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
        let statements = checked(&text, today).with_context(|| file.display().to_string())?;
        let vulnerabilities = statements.iter().flat_map(Statement::names).map(str::to_owned).collect();
        Ok(Self { file: Some(file.to_owned()).filter(|_| !statements.is_empty()), vulnerabilities })
    }

    /// For a scanner that reads the file, where there is something in it.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// For those that want names: of RustSec's database.
    pub fn of_rustsec(&self) -> impl Iterator<Item = &str> {
        self.vulnerabilities.iter().map(String::as_str).filter(|name| name.starts_with("RUSTSEC-"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "@context")]
    context: String,
    #[serde(rename = "@id")]
    id: String,
    author: String,
    timestamp: String,
    #[serde(default)]
    last_updated: Option<String>,
    version: u32,
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    vulnerability: Vulnerability,
    timestamp: String,
    products: Vec<Product>,
    status: String,
    status_notes: String,
    justification: String,
    impact_statement: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vulnerability {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    #[serde(rename = "@id")]
    id: String,
}

impl Statement {
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.vulnerability.name).chain(&self.vulnerability.aliases).map(String::as_str)
    }
}

/// The statements of a document that is in order today.
fn checked(text: &str, today: Date) -> Result<Vec<Statement>> {
    let document: Document =
        serde_json::from_str(text).context("it isn't in the form of OpenVEX that is wanted here")?;
    ensure!(document.context == CONTEXT, "`@context` is `{}`; right would be `{CONTEXT}`", document.context);
    ensure!(document.id.starts_with("https://"), "`@id` is `{}`; right would be an address", document.id);
    ensure!(!document.author.is_empty(), "`author` is empty");
    ensure!(document.version > 0, "`version` is 0; right would be 1 and then one more for each change");
    time("timestamp", &document.timestamp)?;
    document.last_updated.as_deref().map(|updated| time("last_updated", updated)).transpose()?;
    for (index, statement) in document.statements.iter().enumerate() {
        let name = &statement.vulnerability.name;
        check(statement, today).with_context(|| format!("statement {} (`{name}`)", index + 1))?;
    }
    Ok(document.statements)
}

fn check(statement: &Statement, today: Date) -> Result<()> {
    for name in statement.names() {
        let known = ["CVE-", "GHSA-", "RUSTSEC-"].iter().any(|start| name.starts_with(start));
        ensure!(known, "`{name}` names no vulnerability; right would be CVE-.., GHSA-.. or RUSTSEC-..");
    }
    let (status, reason) = (&statement.status, &statement.justification);
    ensure!(status == STATUS, "`status` is `{status}`; an exception is `{STATUS}`, and what is affected is mended");
    if !JUSTIFICATIONS.contains(&reason.as_str()) {
        bail!("`justification` is `{reason}`; right would be one of {}", JUSTIFICATIONS.join(", "));
    }
    ensure!(!statement.impact_statement.is_empty(), "`impact_statement` is empty; right would be why, in words");
    ensure!(!statement.products.is_empty(), "`products` is empty; right would be the package, `pkg:cargo/name@1.2.3`");
    for Product { id } in &statement.products {
        let of_ours = PACKAGES.iter().any(|start| id.starts_with(start));
        let version = id.rsplit_once('@').is_some_and(|(_, version)| !version.is_empty());
        ensure!(
            of_ours && version,
            "the product `{id}` is no package of the image with its version; right would be `{}name@1.2.3`",
            PACKAGES.join("name@1.2.3` or `")
        );
    }
    let begin = TimeZone::UTC.to_datetime(time("timestamp", &statement.timestamp)?).date();
    ensure!(begin <= today, "`timestamp` is of {begin}, which has yet to come; right would be when it was written");
    let end = end(&statement.status_notes)?;
    let latest = begin.checked_add(LONGEST.days()).context("`timestamp`")?;
    ensure!(end <= latest, "it ends on {end}, and an exception of {begin} may last {LONGEST} days, until {latest}");
    ensure!(
        today <= end,
        "it has ended on {end}. Look at it again: where there is a version without the fault, take that and delete the \
         statement; where Kyklos still isn't affected, set a new `timestamp`, and in `status_notes` a new end"
    );
    Ok(())
}

/// The last day of an exception.
fn end(notes: &str) -> Result<Date> {
    let date = notes.strip_prefix(ENDS).and_then(|rest| rest.split([':', ' ']).next());
    let date = date.and_then(|date| date.parse().ok());
    date.with_context(|| {
        format!("`status_notes` is `{notes}`; right would be `{ENDS}2027-01-31: what is waited for until then`")
    })
}

fn time(field: &str, text: &str) -> Result<Timestamp> {
    text.parse().with_context(|| format!("`{field}` is `{text}`; right would be a time as 2027-01-01T00:00:00Z"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn statement() -> Value {
        json!({
            "vulnerability": {"name": "CVE-2026-0001", "aliases": ["RUSTSEC-2026-0001"]},
            "timestamp": "2026-11-27T00:00:00Z",
            "products": [{"@id": "pkg:cargo/ring@0.17.14"}],
            "status": "not_affected",
            "status_notes": "ends 2027-01-31: a version without it is announced for January",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "Kyklos never calls it"
        })
    }

    fn document(statements: &[Value]) -> String {
        json!({
            "@context": CONTEXT, "@id": "https://github.com/kyklos/kyklos/vex", "author": "The maintainers",
            "timestamp": "2026-11-27T00:00:00Z", "version": 1, "statements": statements
        })
        .to_string()
    }

    fn on(day: &str, statement: &Value) -> Result<Vec<Statement>> {
        checked(&document(std::slice::from_ref(statement)), day.parse().unwrap())
    }

    /// Where this fails, an exception has ended, or isn't in order: the message says which, and what to do.
    #[test]
    fn ours_are_in_order_and_none_has_ended() {
        Exceptions::read(&crate::root().unwrap()).unwrap();
    }

    #[test]
    fn the_one_in_the_guide_is_in_order() {
        let guide = std::fs::read_to_string(crate::root().unwrap().join(".github/SECURITY.md")).unwrap();
        let example = guide.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
        on("2027-01-31", &serde_json::from_str(example).unwrap()).unwrap();
    }

    #[test]
    fn an_exception_ends() {
        on("2027-01-31", &statement()).unwrap();
        let error = format!("{:#}", on("2027-02-01", &statement()).err().unwrap());
        assert!(error.starts_with("statement 1 (`CVE-2026-0001`): it has ended on 2027-01-31. Look at it"), "{error}");
        let names: Vec<_> = on("2026-12-01", &statement()).unwrap()[0].names().map(str::to_owned).collect();
        assert_eq!(names, ["CVE-2026-0001", "RUSTSEC-2026-0001"]);
        assert!(checked(&document(&[]), "2099-01-01".parse().unwrap()).unwrap().is_empty());
    }

    #[test]
    fn what_is_not_in_order_is_told_with_what_would_be_right() {
        let changed = |field: &str, value: Value| {
            let mut changed = statement();
            changed[field] = value;
            format!("{:#}", on("2026-12-01", &changed).err().unwrap_or_else(|| panic!("{changed} is taken")))
        };
        for (field, value, said) in [
            ("status", json!("affected"), "what is affected is mended"),
            ("status", json!("under_investigation"), "an exception is `not_affected`"),
            ("justification", json!("we say so"), "right would be one of component_not_present, "),
            ("impact_statement", json!(""), "why, in words"),
            ("products", json!([]), "`pkg:cargo/name@1.2.3`"),
            ("products", json!([{"@id": "pkg:cargo/ring"}]), "no package of the image with its version"),
            ("products", json!([{"@id": "pkg:oci/kyklos@1"}]), "`pkg:cargo/name@1.2.3` or `pkg:deb/debian/name@1.2.3`"),
            ("vulnerability", json!({"name": "a bug"}), "`a bug` names no vulnerability"),
            ("status_notes", json!("until it is mended"), "right would be `ends 2027-01-31: "),
            ("status_notes", json!("ends 2027-13-01"), "right would be `ends "),
            ("status_notes", json!("ends 2027-02-26"), "may last 90 days, until 2027-02-25"),
            ("timestamp", json!("yesterday"), "right would be a time as"),
            ("timestamp", json!("2026-12-02T00:00:00Z"), "is of 2026-12-02, which has yet to come"),
            ("expires", json!("2027-01-31"), "unknown field `expires`"),
            ("justification", Value::Null, "invalid type: null"),
        ] {
            let error = changed(field, value);
            assert!(error.contains(said), "no {said} in {error}");
        }
        for (from, to, said) in [
            (CONTEXT, "https://openvex.dev/ns", "`@context` is"),
            ("\"version\":1", "\"version\":0", "one more for each change"),
            ("\"author\":\"The maintainers\"", "\"author\":\"\"", "`author` is empty"),
            ("\"statements\"", "\"statement\"", "unknown field `statement`"),
        ] {
            let text = document(&[statement()]);
            assert!(text.contains(from), "{text}");
            let error = checked(&text.replace(from, to), "2026-12-01".parse().unwrap()).err().unwrap();
            assert!(format!("{error:#}").contains(said), "{error:#}");
        }
    }
}
