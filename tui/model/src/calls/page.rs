//! The table of calls as the page `docs/permissions.md`.

use super::{Api, Call, Permission, all};

const OPENING: &str = "# Permissions\n\n\
    Written from the table of calls by `cargo xtask docs`. These are all the calls that `hello-tui` makes. If a \
    permission is missing,\nonly what needs it is missing, and the failure names the permission.\n";

const GITHUB: &str = "\n## GitHub\n\n\
    What a fine-grained token needs for the repository. Public repositories can be read without a token.\n\n\
    | call | permission | operation |\n|---|---|---|\n";

const AWS: &str = "\n## AWS\n\n\
    [console-policies.yaml](https://github.com/hello-truck/hello-truck/blob/main/infrastructure/console-policies.yaml)\n\
    makes a policy of these, with the names that you give it.\n\n\
    | action | resources |\n|---|---|\n";

const TRUCKS: &str = "\n## The trucks service\n\n\
    A service without tokens needs none. See [settings](settings.md#tokens).\n\n\
    | call | permission |\n|---|---|\n";

/// Writes the table as the page `docs/permissions.md`.
pub fn document() -> String {
    let is_aws = |api| matches!(api, Api::Ecs | Api::CloudFormation | Api::Logs | Api::Sts);
    let sections: [(&str, &dyn Fn(Api) -> bool); 3] =
        [(GITHUB, &|api| api == Api::GitHub), (AWS, &is_aws), (TRUCKS, &|api| api == Api::Trucks)];
    let mut page = OPENING.to_owned();
    for (opening, is_in) in sections {
        page.push_str(opening);
        page.extend(all().filter(|call| is_in(call.api)).map(row));
    }
    page
}

fn row(call: &Call) -> String {
    let needed = match call.permission {
        Permission::Iam { resources, .. } => {
            resources.iter().map(|resource| format!("`{resource}`")).collect::<Vec<_>>().join("<br>")
        }
        Permission::GitHub(permission) => format!("`{permission}`"),
        Permission::None | Permission::Trucks(_) => call.permission.to_string(),
    };
    let id = call.id.map(|id| format!(" `{id}` |")).unwrap_or_default();
    format!("| `{}` | {needed} |{id}\n", call.operation)
}
