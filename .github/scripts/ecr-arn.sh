#!/usr/bin/env bash
# Prints the ARN of an image's repository in Amazon ECR, and nothing for other registries.
#
#   ecr-arn.sh REPOSITORY
set -euo pipefail

if [ $# -ne 1 ]; then
    echo 'ecr-arn.sh: it takes a repository, like 123456789012.dkr.ecr.us-east-1.amazonaws.com/hello-server' >&2
    exit 2
fi
[[ $1 =~ ^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.([a-z0-9.-]+)/(.+)$ ]] || exit 0
account="${BASH_REMATCH[1]}" region="${BASH_REMATCH[2]}" name="${BASH_REMATCH[4]}"
case "$region" in
    cn-*) partition=aws-cn ;;
    us-gov-*) partition=aws-us-gov ;;
    eusc-*) partition=aws-eusc ;;
    us-isob-*) partition=aws-iso-b ;;
    us-iso-*) partition=aws-iso ;;
    *) partition=aws ;;
esac
echo "arn:$partition:ecr:$region:$account:repository/$name"
