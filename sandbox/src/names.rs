//! The names of the sandbox's resources, and the ARNs made of them.

/// The names of the one repository, service and stack that the sandbox knows; everything else is unknown to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Owner of the repository, an organization.
    pub owner: String,
    /// Name of the repository.
    pub repo: String,
    /// AWS region.
    pub region: String,
    /// AWS account, twelve digits.
    pub account: String,
    /// ECS cluster.
    pub cluster: String,
    /// ECS service; its one container has the same name.
    pub service: String,
    /// CloudFormation stack.
    pub stack: String,
    /// Log group that the service's tasks write to.
    pub log_group: String,
    /// Task definition family.
    pub family: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            owner: "hello-truck".into(),
            repo: "hello-truck".into(),
            region: "us-east-1".into(),
            account: "123456789012".into(),
            cluster: "hello-truck".into(),
            service: "hello-server".into(),
            stack: "hello-truck".into(),
            log_group: "/ecs/hello-truck/hello-server".into(),
            family: "hello-server".into(),
        }
    }
}

/// The part of a log stream's name before the container name, as `awslogs-stream-prefix` sets it.
pub(crate) const STREAM_PREFIX: &str = "server";

impl Names {
    /// Returns `owner/repo`.
    pub fn slug(&self) -> String {
        format!("{}/{}", self.owner, self.repo)
    }

    /// Returns the ARN of a resource of the AWS service `service` in this account and region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }

    /// Returns the ARN of the cluster.
    pub fn cluster_arn(&self) -> String {
        self.arn("ecs", &format!("cluster/{}", self.cluster))
    }

    /// Returns the ARN of an ECS resource in the cluster: a service, a task, a deployment, a revision.
    pub fn ecs_arn(&self, kind: &str, path: &str) -> String {
        self.arn("ecs", &format!("{kind}/{}/{path}", self.cluster))
    }

    /// Returns the ARN of the service.
    pub fn service_arn(&self) -> String {
        self.ecs_arn("service", &self.service)
    }

    /// Returns the ARN of a service deployment.
    pub fn deployment_arn(&self, id: &str) -> String {
        self.ecs_arn("service-deployment", &format!("{}/{id}", self.service))
    }

    /// Returns the ARN of a service revision.
    pub fn revision_arn(&self, id: &str) -> String {
        self.ecs_arn("service-revision", &format!("{}/{id}", self.service))
    }

    /// Returns the ARN of a task.
    pub fn task_arn(&self, id: &str) -> String {
        self.ecs_arn("task", id)
    }

    /// Returns the ARN of a revision of the task definition.
    pub fn task_definition_arn(&self, revision: u64) -> String {
        self.arn("ecs", &format!("task-definition/{}:{revision}", self.family))
    }

    /// Returns the ARN of a target group, `blue` or `green`.
    pub fn target_group_arn(&self, colour: &str) -> String {
        let digits = if colour == "blue" { "6d0ecf831eec9f09" } else { "2453ed029918f21f" };
        self.arn("elasticloadbalancing", &format!("targetgroup/{}-{colour}/{digits}", self.service))
    }

    /// Returns the ARN of a rule of the load balancer's listener, `production` or `test`.
    pub fn listener_rule_arn(&self, listener: &str) -> String {
        let (listener, rule) = match listener {
            "production" => ("f2f7dc8efc522ab2", "9683b2d02a6cabee"),
            _ => ("0a5d6f3c1b7e4482", "1291d13826f405c3"),
        };
        let balancer = format!("app/{}/50dc6c495c0c9188", self.stack);
        self.arn("elasticloadbalancing", &format!("listener-rule/{balancer}/{listener}/{rule}"))
    }

    /// Returns the ARN of a role of this account.
    pub fn role_arn(&self, role: &str) -> String {
        format!("arn:aws:iam::{}:role/{role}", self.account)
    }

    /// Returns the id of the stack, which is an ARN.
    pub fn stack_id(&self) -> String {
        self.arn("cloudformation", &format!("stack/{}/5b9c5f60-3c1a-11f0-9d2a-0e6f4a1c8b3d", self.stack))
    }

    /// Returns the ARN of the log group, without the trailing `:*`.
    pub fn log_group_arn(&self) -> String {
        self.arn("logs", &format!("log-group:{}", self.log_group))
    }

    /// Returns the log stream that a task writes to.
    pub fn log_stream(&self, task: &str) -> String {
        format!("{STREAM_PREFIX}/{}/{task}", self.service)
    }

    /// Returns the image's repository, without tag or digest.
    pub fn image(&self) -> String {
        format!("docker.io/{}/{}", self.owner, self.service)
    }
}
