"""boto3 walks the sandbox's AWS: what it reads must be what AWS's own models say, and nothing may be lost.

The environment says where the sandbox is. Every answer is taken before boto3 has parsed it and is compared with
botocore's model of the operation: members that the model does not know, members that it requires and that are missing,
and values of another type are failures.
"""

import json
import os
import sys
import urllib.request
import xml.etree.ElementTree
from datetime import datetime

import boto3
import botocore.exceptions
from botocore.config import Config

URL = os.environ["AWS_ENDPOINT_URL"]
GROUP = "/ecs/hello-truck/hello-server"
CLUSTER, SERVICE, STACK = "hello-truck", "hello-server", "hello-truck"

# What the services send although their models do not list it: a stage of ECS, and what a stack's own events say.
BEYOND_THE_MODEL = {
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
}

problems = []
checked = set()


def check(shape, value, path):
    """Compares a value of AWS JSON 1.1 with its shape."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            problems.append(f"{path}: not an object")
            return
        for name in value.keys() - shape.members.keys():
            problems.append(f"{path}.{name}: unknown to the model")
        for name in set(shape.required_members) - value.keys():
            problems.append(f"{path}.{name}: required by the model")
        for name in value.keys() & shape.members.keys():
            check(shape.members[name], value[name], f"{path}.{name}")
    elif kind == "list":
        for place, item in enumerate(value):
            check(shape.member, item, f"{path}[{place}]")
    elif kind == "map":
        for name, item in value.items():
            check(shape.value, item, f"{path}[{name}]")
    else:
        check_scalar(shape, value, path)


def check_scalar(shape, value, path):
    kinds = {
        "string": str,
        "integer": int,
        "long": int,
        "double": (int, float),
        "float": (int, float),
        "timestamp": (int, float),
        "boolean": bool,
    }
    expected = kinds[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        problems.append(f"{path}: {value!r} is no {shape.type_name}")
    check_choice(shape, value, path)


def check_choice(shape, value, path):
    choices = getattr(shape, "enum", None)
    if choices and value not in choices and value not in BEYOND_THE_MODEL:
        problems.append(f"{path}: {value!r} is none of the {len(choices)} known values")


def check_xml(shape, element, path):
    """Compares an element of AWS Query with its shape."""
    if shape.type_name == "structure":
        names = [child.tag.rpartition("}")[2] for child in element]
        for name in set(names) - shape.members.keys():
            problems.append(f"{path}.{name}: unknown to the model")
        for name in set(shape.required_members) - set(names):
            problems.append(f"{path}.{name}: required by the model")
        for name, child in zip(names, element):
            if name in shape.members:
                check_xml(shape.members[name], child, f"{path}.{name}")
    elif shape.type_name == "list":
        for place, child in enumerate(element):
            if child.tag.rpartition("}")[2] != "member":
                problems.append(f"{path}[{place}]: not a member")
            check_xml(shape.member, child, f"{path}[{place}]")
    else:
        check_choice(shape, element.text, path)


def client(service):
    made = boto3.client(service, endpoint_url=URL, config=Config(retries={"max_attempts": 1}))

    def compare(http_response, model):
        if http_response.status_code != 200 or model.output_shape is None:
            return
        checked.add(f"{service}.{model.name}")
        if http_response.content.startswith(b"{"):
            check(model.output_shape, json.loads(http_response.content), model.name)
            return
        root = xml.etree.ElementTree.fromstring(http_response.content)
        wrapper = model.output_shape.serialization["resultWrapper"]
        result = next(child for child in root if child.tag.rpartition("}")[2] == wrapper)
        check_xml(model.output_shape, result, model.name)

    # No event of botocore's hands out the answer as it came, so its endpoint is watched.
    endpoint = made._endpoint
    convert = endpoint._get_response

    def watched(request, operation_model, context):
        answer, exception = convert(request, operation_model, context)
        if answer is not None:
            compare(answer[0], operation_model)
        return answer, exception

    endpoint._get_response = watched
    return made


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != code:
            problems.append(f"expected {code}, got {error}")
    else:
        problems.append(f"expected {code}, got an answer")


def advance(by):
    body = json.dumps({"advance": by}).encode()
    request = urllib.request.Request(f"{URL}/_sandbox/clock", body, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))["now"]


def walk_ecs(ecs):
    assert ecs.list_clusters()["clusterArns"][0].endswith(f"cluster/{CLUSTER}")
    assert ecs.describe_clusters(clusters=[CLUSTER, "nothing"])["failures"][0]["reason"] == "MISSING"
    assert len(ecs.list_services(cluster=CLUSTER)["serviceArns"]) == 1
    service = ecs.describe_services(cluster=CLUSTER, services=[SERVICE], include=["TAGS"])["services"][0]
    tags = {tag["key"]: tag["value"] for tag in service["tags"]}
    assert tags["aws:cloudformation:stack-name"] == STACK
    assert service["desiredCount"] == 3 and service["events"]

    arns = [d["serviceDeploymentArn"] for d in deployments(ecs)]
    assert len(arns) == len(set(arns)) >= 8, arns
    described = ecs.describe_service_deployments(serviceDeploymentArns=arns[:20])["serviceDeployments"]
    assert [d["serviceDeploymentArn"] for d in described] == arns[:20]
    revisions = [d["targetServiceRevision"]["arn"] for d in described]
    for revision in ecs.describe_service_revisions(serviceRevisionArns=revisions)["serviceRevisions"]:
        assert revision["containerImages"][0]["imageDigest"].startswith("sha256:")
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    options = definition["containerDefinitions"][0]["logConfiguration"]["options"]
    assert options["awslogs-group"] == GROUP

    for status in ("RUNNING", "STOPPED"):
        pages = ecs.get_paginator("list_tasks").paginate(
            cluster=CLUSTER, desiredStatus=status, PaginationConfig={"PageSize": 2}
        )
        tasks = [arn for page in pages for arn in page["taskArns"]]
        assert len(tasks) == len(set(tasks)) >= 3
        ecs.describe_tasks(cluster=CLUSTER, tasks=tasks[:100])
    walk_a_release(ecs)


def deployments(ecs):
    token = {}
    while True:
        page = ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, maxResults=5, **token)
        yield from page["serviceDeployments"]
        if "nextToken" not in page:
            return
        token = {"nextToken": page["nextToken"]}


def walk_a_release(ecs):
    """The deployment at the start moves through its stages, and a later one is stopped."""
    arn = next(deployments(ecs))["serviceDeploymentArn"]
    stages = []
    for _ in range(400):
        deployment = ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]
        if deployment["lifecycleStage"] not in stages:
            stages.append(deployment["lifecycleStage"])
        if deployment["status"] == "SUCCESSFUL":
            break
        advance("2s")
    assert stages[-3:] == ["POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP"], stages
    assert deployment["finishedAt"] > deployment["createdAt"]
    refused("ConflictException", ecs.stop_service_deployment, serviceDeploymentArn=arn)

    for _ in range(400):
        newest = next(deployments(ecs))
        if newest["status"] == "IN_PROGRESS":
            break
        advance("10s")
    ecs.stop_service_deployment(serviceDeploymentArn=newest["serviceDeploymentArn"], stopType="ROLLBACK")
    advance("60s")
    arns = [newest["serviceDeploymentArn"]]
    stopped = ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"][0]
    assert stopped["status"] == "ROLLBACK_SUCCESSFUL" and stopped["rollback"]["reason"], stopped


def walk_logs(logs):
    assert logs.describe_log_groups(logGroupNamePrefix="/ecs/")["logGroups"][0]["logGroupName"] == GROUP
    pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=GROUP)
    streams = [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
    assert len(streams) == len(set(streams)) >= 6

    now = logs_now()
    paginate = logs.get_paginator("filter_log_events").paginate
    everything = [e for page in paginate(logGroupName=GROUP, startTime=now - 1_800_000) for e in page["events"]]
    small = {"PageSize": 500}
    again = [
        e for page in paginate(logGroupName=GROUP, startTime=now - 1_800_000, PaginationConfig=small)
        for e in page["events"]
    ]
    ids = [event["eventId"] for event in everything]
    assert len(ids) == len(set(ids)) > 3000, len(ids)
    assert ids == [event["eventId"] for event in again], "pages lose or repeat lines"

    errors = [e for page in paginate(logGroupName=GROUP, filterPattern='{ $.level = "ERROR" }') for e in page["events"]]
    assert errors and all(json.loads(event["message"])["level"] == "ERROR" for event in errors)

    stream = everything[-1]["logStreamName"]
    read, token = [], {"startFromHead": True}
    while True:
        page = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=300, **token)
        read += page["events"]
        if page["nextForwardToken"] == token.get("nextToken"):
            break
        token = {"nextToken": page["nextForwardToken"]}
    alone = [e for page in paginate(logGroupName=GROUP, logStreamNames=[stream]) for e in page["events"]]
    assert [e["message"] for e in read] == [e["message"] for e in alone]


def logs_now():
    """The sandbox's time in milliseconds."""
    now = json.load(urllib.request.urlopen(f"{URL}/_sandbox/clock"))["now"]
    return int(datetime.fromisoformat(now.replace("Z", "+00:00")).timestamp() * 1000)


def walk_stack(cloudformation):
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    assert stack["StackStatus"].startswith("UPDATE_"), stack["StackStatus"]
    assert cloudformation.list_stacks()["StackSummaries"][0]["StackName"] == STACK
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK)
    events = [event for page in pages for event in page["StackEvents"]]
    ids = [event["EventId"] for event in events]
    assert len(ids) == len(set(ids)) > 100
    times = [event["Timestamp"] for event in events]
    assert times == sorted(times, reverse=True)
    resources = cloudformation.describe_stack_resources(StackName=stack["StackId"])["StackResources"]
    assert {"Service", "TaskDefinition", "Cluster"} <= {resource["LogicalResourceId"] for resource in resources}
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


def walk_refusals(ecs, logs, cloudformation):
    refused("ClusterNotFoundException", ecs.list_tasks, cluster="nothing")
    refused("ServiceNotFoundException", ecs.list_service_deployments, cluster=CLUSTER, service="nothing")
    refused("UnknownOperationException", ecs.list_attributes, targetType="container-instance")
    refused("ResourceNotFoundException", logs.filter_log_events, logGroupName="/nothing")
    refused("ValidationError", cloudformation.describe_stacks, StackName="nothing")
    refused("InvalidAction", cloudformation.list_exports)


def main():
    ecs, logs, cloudformation = client("ecs"), client("logs"), client("cloudformation")
    assert client("sts").get_caller_identity()["Account"] == "123456789012"
    walk_ecs(ecs)
    walk_logs(logs)
    resources = walk_stack(cloudformation)
    for group in (resources["BlueTargetGroup"], resources["GreenTargetGroup"]):
        client("elbv2").describe_target_health(TargetGroupArn=group)
    walk_refusals(ecs, logs, cloudformation)
    print(f"{len(checked)} operations agree with botocore's models:", *sorted(checked))
    if problems:
        print(*dict.fromkeys(problems), sep="\n", file=sys.stderr)
        sys.exit(1)


main()
