//! A repository of GitHub, and the host that it is on.

use std::{fmt, str::FromStr};

use url::{Position, Url};

/// The host of a repository that names none, unless the settings name another.
const USUAL_HOST: &str = "github.com";

/// A repository, `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repo {
    pub owner: String,
    pub name: String,
    /// The Enterprise Server that it is on: `ghe.example.com`. `None` for the host of the settings.
    pub host: Option<String>,
}

impl Repo {
    /// Creates a repository on the host of the settings.
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into(), host: None }
    }

    /// Takes the host from the location of the source, `url:https://HOST/OWNER/NAME/…`, if that is in this repository
    /// and the repository names no host itself.
    #[must_use]
    pub fn located_at(self, location: Option<&str>) -> Self {
        let host = location.and_then(|location| self.host_of(location)).filter(|host| host != USUAL_HOST);
        Self { host: self.host.or(host), ..self }
    }

    fn host_of(&self, location: &str) -> Option<String> {
        let url: Url = location.strip_prefix("url:")?.parse().ok()?;
        let mut path = url.path_segments()?;
        let is_here = path.next().is_some_and(|owner| owner.eq_ignore_ascii_case(&self.owner))
            && path.next().is_some_and(|name| name.trim_end_matches(".git").eq_ignore_ascii_case(&self.name));
        let host = &url[Position::BeforeHost..Position::AfterPort];
        (is_here && url.scheme() == "https" && is_host(host)).then(|| host.to_owned())
    }
}

/// Reports whether a text can be a host with a port. `a/b/c` has none: a host has a dot or a port.
fn is_host(text: &str) -> bool {
    text.contains(['.', ':'])
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c))
}

impl FromStr for Repo {
    type Err = String;

    /// Reads `OWNER/NAME` or `HOST/OWNER/NAME`.
    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let fits = |part: &str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                && part.chars().any(|c| c != '.')
        };
        let parts: Vec<&str> = slug.splitn(4, '/').collect();
        let (host, owner, name) = match parts.as_slice() {
            [owner, name] => (None, *owner, *name),
            [host, owner, name] if is_host(host) => (Some(host.to_lowercase()), *owner, *name),
            _ => return Err(format!("`{slug}` is not OWNER/NAME")),
        };
        if !(fits(owner) && fits(name)) {
            return Err(format!("`{slug}` is not OWNER/NAME"));
        }
        Ok(Self { host: host.filter(|host| host != USUAL_HOST), ..Self::new(owner, name) })
    }
}

impl fmt::Display for Repo {
    /// Writes `OWNER/NAME`, as it stands in the paths of the API.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repo(slug: &str) -> Repo {
        slug.parse().unwrap()
    }

    #[test]
    fn a_slug_is_two_parts_and_may_have_a_host() {
        for bad in ["", "a", "a/", "/b", "a/b/c", "a b/c", "../..", "h.test/a/b/c", "me@h.test/a/b"] {
            assert!(bad.parse::<Repo>().is_err(), "{bad} was taken");
        }
        assert_eq!(repo("hello-truck/hello.truck").to_string(), "hello-truck/hello.truck");
        let elsewhere = repo("GHE.test:8443/fleet/trucks");
        assert_eq!(
            (elsewhere.host.as_deref(), elsewhere.to_string()),
            (Some("ghe.test:8443"), "fleet/trucks".to_owned())
        );
        assert_eq!(repo("github.com/fleet/trucks"), repo("fleet/trucks"));
    }

    #[test]
    fn the_host_is_where_the_source_is() {
        let host = |location: &str| repo("fleet/trucks").located_at(Some(location)).host;
        let ghe = "url:https://ghe.fleet.example/fleet/trucks/tree/main/";
        assert_eq!(host(ghe).as_deref(), Some("ghe.fleet.example"));
        assert_eq!(
            host("url:https://ghe.fleet.example/Fleet/Trucks.git").as_deref(),
            Some("ghe.fleet.example")
        );
        for elsewhere in [
            "url:https://github.com/fleet/trucks/",
            "url:https://gitlab.test/fleet/others/",
            "url:http://ghe.test/fleet/trucks/",
            "url:https://ghe/fleet/trucks/",
            "file:///fleet/trucks",
            "https://ghe.test/fleet/trucks",
        ] {
            assert_eq!(host(elsewhere), None, "{elsewhere}");
        }
        assert_eq!(repo("a.test/fleet/trucks").located_at(Some(ghe)).host.as_deref(), Some("a.test"));
    }
}
