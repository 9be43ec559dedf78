#!/usr/bin/env bash
# Prints the outputs of a stack and links to its pages, also as outputs of a workflow's step and in its summary.
#
#   outputs.sh STACK
set -euo pipefail

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
    echo "outputs.sh: this is bash $BASH_VERSION, and it takes bash 4.4 (on macOS: brew install bash)" >&2
    exit 2
fi
if [ $# -ne 1 ]; then
    echo 'outputs.sh: it takes the name of a stack' >&2
    exit 2
fi

stack="$1"
describe() { aws cloudformation describe-stacks --stack-name "$stack" --output text --query "$1"; }

arn="$(describe 'Stacks[0].StackId')"
declare -A outputs=()
while IFS=$'\t' read -r key value; do
    outputs["$key"]="$value"
done < <(describe 'Stacks[0].Outputs[].[OutputKey, OutputValue]')

IFS=: read -r _ partition _ region _ <<<"$arn"
case "$partition" in
    aws-cn) console=console.amazonaws.cn ;;
    aws-us-gov) console=console.amazonaws-us-gov.com ;;
    *) console="$region.console.aws.amazon.com" ;;
esac

endpoint="${outputs[Endpoint]:-}"
cluster="${outputs[ClusterName]:-}"
service="${outputs[ServiceArn]:-}"
logs="${outputs[LogGroupName]:-}"
dashboard="${outputs[DashboardUrl]:-}"

{
    echo "endpoint=$endpoint"
    echo "cluster=$cluster"
    echo "service=$service"
    echo "log-group=$logs"
    echo "dashboard=$dashboard"
    echo "load-balancer=${outputs[LoadBalancerName]:-}"
} | tee -a "${GITHUB_OUTPUT:-/dev/null}"

link() { # TITLE URL
    [ -z "$2" ] || echo "* [$1]($2)"
}

# The AWS console requires the fragment of its URLs to be encoded twice, with $ for %.
# shellcheck disable=SC2016 # literal dollar signs
twice() { sed 's|%|$2525|g; s|/|$252F|g; s|:|$253A|g' <<<"$1"; }

{
    echo "### Where to look"
    echo
    link 'Trucks' "${endpoint:+$endpoint/trucks}"
    link 'Stack' "https://$console/cloudformation/home?region=$region#/stacks/stackinfo?stackId=$arn"
    if [ -n "$service" ]; then
        link 'Service' "https://$console/ecs/v2/clusters/$cluster/services/${service##*/}?region=$region"
    fi
    if [ -n "$logs" ]; then
        link 'Logs' "https://$console/cloudwatch/home?region=$region#logsV2:log-groups/log-group/$(twice "$logs")"
    fi
    link 'Dashboard' "$dashboard"
    echo
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
