//! Identities as GitHub's workflows have them in the certificates that sign a release, issued by a CA of the test's own: so
//! that what the documents tell to verify is tried with right and with wrong ones before there is a release.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use kyklos_image::release::ISSUER;
use kyklos_image::run::output;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};

/// Where Fulcio, which issues the real ones, puts who vouches: as bytes, and since its version 1.0 as a UTF8String.
const ISSUED_BY: [u64; 9] = [1, 3, 6, 1, 4, 1, 57264, 1, 1];
const ISSUED_BY_V2: [u64; 9] = [1, 3, 6, 1, 4, 1, 57264, 1, 8];
const WORKFLOW: &str = "https://github.com/kyklos/kyklos/.github/workflows/release.yml@refs/tags/";

/// Who a workflow is, and who says so.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    pub(crate) subject: String,
    pub(crate) issuer: String,
}

impl Claims {
    /// Those of the release workflow for a tag.
    pub(crate) fn of_release(tag: &str) -> Self {
        Self { subject: format!("{WORKFLOW}{tag}"), issuer: ISSUER.to_owned() }
    }

    /// Those of others, none of which may have signed this release; and what each is.
    pub(crate) fn of_others(tag: &str) -> Vec<(&'static str, Self)> {
        let subject = |subject: String| Self { subject, issuer: ISSUER.to_owned() };
        let right = Self::of_release(tag).subject;
        vec![
            ("a fork", subject(right.replacen("kyklos/kyklos", "someone/kyklos", 1))),
            ("a repository whose name begins the same", subject(right.replacen("kyklos/kyklos", "kyklos/kyklos-x", 1))),
            ("another workflow", subject(right.replace("release.yml", "ci.yml"))),
            ("a branch", subject(right.replace(&format!("refs/tags/{tag}"), "refs/heads/main"))),
            ("a branch that is called as a tag", subject(right.replace("refs/tags/", "refs/heads/"))),
            ("a tag that only begins as a version", subject(format!("{right}-evil"))),
            ("another host", subject(right.replacen("github.com", "github.com.example", 1))),
            ("somebody else's word for it", Self { subject: right, issuer: "https://accounts.example".to_owned() }),
        ]
    }
}

/// A CA for as long as the check runs.
pub(crate) struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

/// What cosign signs with.
pub(crate) struct Signer {
    pub(crate) key: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) chain: PathBuf,
}

impl Authority {
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        // What an earlier check has left; cosign asks before it writes over a key.
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
        }
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "a CA of the test's own");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = Self { folder: folder.to_path_buf(), issuer: Issuer::new(params.clone(), key) };
        write(&authority.roots(), &params.self_signed(authority.issuer.key())?.pem())?;
        Ok(authority)
    }

    /// What is trusted by who trusts it.
    pub(crate) fn roots(&self) -> PathBuf {
        self.folder.join("roots.pem")
    }

    /// A key and a certificate with these claims.
    pub(crate) fn signer(&self, cosign: &Path, name: &str, claims: &Claims) -> Result<Signer> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.subject_alt_names = vec![SanType::URI(claims.subject.as_str().try_into()?)];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
        params.custom_extensions = vec![
            CustomExtension::from_oid_content(&ISSUED_BY, claims.issuer.clone().into_bytes()),
            CustomExtension::from_oid_content(&ISSUED_BY_V2, utf8_string(&claims.issuer)?),
        ];
        let certificate = self.folder.join(format!("{name}.crt"));
        write(&certificate, &params.signed_by(&key, &self.issuer)?.pem())?;
        let plain = self.folder.join(format!("{name}.pem"));
        write(&plain, &key.serialize_pem())?;
        // cosign takes keys in a form of its own.
        let mut import = Command::new(cosign);
        import.current_dir(&self.folder).env("COSIGN_PASSWORD", "").arg("import-key-pair").arg("--key").arg(&plain);
        output(import.args(["--output-key-prefix", name]))?;
        Ok(Signer { key: self.folder.join(format!("{name}.key")), certificate, chain: self.roots() })
    }
}

/// A short text in DER.
fn utf8_string(text: &str) -> Result<Vec<u8>> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 128).context("the text is too long")?;
    Ok([&[0x0c, length], text.as_bytes()].concat())
}

fn write(file: &Path, content: &str) -> Result<()> {
    fs::write(file, content).with_context(|| format!("writing {}", file.display()))
}
