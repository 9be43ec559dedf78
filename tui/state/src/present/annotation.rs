//! What the annotations of entities mean: those of Backstage, those of its plugins for GitHub and AWS, and our own.

/// Known keys, each with its meaning in the fewest words.
const KNOWN: &[(&str, &str)] = &[
    ("github.com/project-slug", "GitHub repository"),
    ("backstage.io/github-actions-id", "GitHub repository"),
    ("github.com/team-slug", "GitHub team"),
    ("github.com/user-login", "GitHub user"),
    ("aws.amazon.com/amazon-ecs-service-arn", "ECS service"),
    ("aws.amazon.com/amazon-ecs-service-tags", "ECS services with tags"),
    ("hello-truck.dev/log-group", "log group"),
    ("hello-truck.dev/trucks-url", "trucks service"),
    ("aws.amazon.com/aws-codepipeline-arn", "CodePipeline"),
    ("aws.amazon.com/aws-codebuild-project-arn", "CodeBuild project"),
    ("aws.amazon.com/amazon-ecr-arn", "image registry"),
    ("amazonaws.com/account-id", "AWS account"),
    ("amazonaws.com/arn", "AWS resource"),
    ("backstage.io/source-location", "source"),
    ("backstage.io/view-url", "page of the source"),
    ("backstage.io/edit-url", "page to edit"),
    ("backstage.io/techdocs-ref", "docs"),
    ("backstage.io/techdocs-entity", "docs of"),
    ("backstage.io/adr-location", "decisions"),
    ("backstage.io/managed-by-location", "kept at"),
    ("backstage.io/managed-by-origin-location", "registered at"),
    ("backstage.io/orphan", "has lost its origin"),
    ("backstage.io/kubernetes-id", "Kubernetes id"),
    ("backstage.io/kubernetes-namespace", "Kubernetes space"),
    ("sentry.io/project-slug", "Sentry project"),
    ("sonarqube.org/project-key", "SonarQube project"),
];

/// Returns the place of a known annotation among all, and its meaning.
pub(super) fn known(key: &str) -> Option<(usize, &'static str)> {
    let place = KNOWN.iter().position(|(known, _)| *known == key)?;
    Some((place, KNOWN[place].1))
}
