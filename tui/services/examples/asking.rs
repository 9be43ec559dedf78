//! Asks one service at a URL and prints how that went: `asking trucks http://localhost:5000`. Shows, and lets a test see,
//! what the environment does to each client: proxies and certificates.

use std::{env, path::Path};

use hello_model::failure::Failure;
use hello_services::{AwsAccess, Connections, GitHubAccess, Services, StaticKeys, catalog};
use url::Url;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "this is what it is for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let service = arguments.next().unwrap_or_default();
    let url: Url = arguments.next().unwrap_or_default().parse()?;
    match ask(&service, &url).await {
        Ok(()) => println!("ok"),
        Err(failure) => println!("{failure}"),
    }
    Ok(())
}

async fn ask(service: &str, url: &Url) -> Result<(), Failure> {
    // Keys and endpoint of the environment count where it has them.
    let has = |name: &str| env::var_os(name).is_some();
    let keys = StaticKeys { id: "AKIDEXAMPLE".to_owned(), secret: "secret".into() };
    let services = Services::connect(&Connections {
        trucks: url.clone().into(),
        github: {
            let access = GitHubAccess::new(url.clone(), "github.test");
            // Found by the GitHub CLI where there can be one.
            if has("PATH") { access } else { access.with_token("GH_TOKEN", "token".into()) }
        },
        aws: AwsAccess {
            profile: None,
            region: Some("eu-north-1".to_owned()),
            endpoint: (!has("AWS_ENDPOINT_URL")).then(|| url.clone()),
            keys: (!has("AWS_CONTAINER_CREDENTIALS_FULL_URI")).then_some(keys),
        },
    });
    match service {
        "trucks" => services.trucks.list().await.map(drop),
        "github" => services.github.runs(&"hello/trucks".parse().expect("a slug")).await.map(drop),
        "aws" => services.stacks.events("hello-stack", None).await.map(drop),
        "catalog" => {
            let catalog = catalog::load(&[url.to_string()], Path::new("/")).await?;
            let problems = catalog.problems.iter().map(ToString::to_string).collect::<Vec<_>>();
            if problems.is_empty() { Ok(()) } else { Err(failure(problems.join("; "))) }
        }
        other => Err(failure(format!("{other} is no service: trucks, github, aws or catalog"))),
    }
}

fn failure(why: String) -> Failure {
    Failure::new(hello_model::failure::Kind::Unexpected, "asking", why)
}
