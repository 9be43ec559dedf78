#!/usr/bin/env bash
# Deploys a template by a change set that is shown before it is carried out.
set -euo pipefail

usage() {
    cat <<'END'
deploy.sh --stack NAME --template FILE [OPTIONS]

Makes a change set, shows it, carries it out, waits, and prints the stack's outputs. A parameter that is not given keeps
its value, or its default in a new stack.

  --stack NAME          the stack, which is created when there is none
  --template FILE       the CloudFormation template
  --set KEY=VALUE       a parameter; may be given several times
  --parameters TEXT     more of them, one KEY=VALUE a line; lines that begin with # are comments
  --bucket NAME         where templates of more than 51,200 bytes are uploaded to
  --role ARN            the role that CloudFormation becomes; else the one that it had, or your own rights
  --before FOLDER       keeps there what was deployed before, for rollback.sh
  --dry-run             shows the change set and throws it away
  --help                prints this

In a GitHub workflow, outcome and outputs are handed to the next steps, and changes and links go to the summary.
Exit status: 0 deployed, or nothing to change; 1 it failed, and CloudFormation rolled back; 2 misuse.
END
}

fail() { # WHAT HINT [STATUS]
    printf 'error: %s\n  hint: %s\n' "$1" "$2" >&2
    exit "${3:-1}"
}

output() { echo "$1=$2" >>"${GITHUB_OUTPUT:-/dev/null}"; }
summary() { tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"; }
cloudformation() { aws cloudformation "$@" --output text; }

stack='' template='' bucket='' role='' before='' dry_run=false parameters=()

while [ $# -gt 0 ]; do
    case "$1" in
        --dry-run) dry_run=true && shift && continue ;;
        --help) usage && exit 0 ;;
    esac
    [ $# -ge 2 ] || fail "$1 needs a value" 'infrastructure/scripts/deploy.sh --help' 2
    case "$1" in
        --stack) stack="$2" ;;
        --template) template="$2" ;;
        --set) parameters+=("$2") ;;
        --parameters)
            while IFS= read -r line; do
                [[ $line =~ ^[[:space:]]*(#|$) ]] || parameters+=("$line")
            done <<<"$2"
            ;;
        --bucket) bucket="$2" ;;
        --role) role="$2" ;;
        --before) before="$2" ;;
        *) fail "$1 is no option" 'infrastructure/scripts/deploy.sh --help' 2 ;;
    esac
    shift 2
done

[ -n "$stack" ] && [ -n "$template" ] || fail 'the stack or the template is missing' 'infrastructure/scripts/deploy.sh --help' 2
[ -f "$template" ] || fail "there is no template $template" 'name a file, like infrastructure/deployment-ecs.yaml' 2
for parameter in "${parameters[@]}"; do
    [[ $parameter =~ ^[A-Za-z0-9]+= ]] || fail "the parameter $parameter is not like KEY=VALUE" 'write one parameter a line, and no blanks before =' 2
done
if [ "$(wc -c <"$template")" -gt 51200 ] && [ -z "$bucket" ]; then
    fail "$template is larger than CloudFormation takes without a bucket" \
        'make one with infrastructure/deployment-s3.yaml, and name it with --bucket (in GitHub: variable ARTIFACT_BUCKET)' 2
fi

status() {
    local said
    if said="$(cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].StackStatus' 2>&1)"; then
        echo "$said"
    elif [[ $said == *'does not exist'* ]]; then
        echo NONE
    else
        fail "the stack $stack cannot be read: $said" 'who am I? aws sts get-caller-identity'
    fi
}

# Keeps what is deployed now, so that rollback.sh can bring it back: the template, and a file for the value of each
# parameter that is about to be set. What CloudFormation hides is left to it.
keep_what_is() {
    mkdir -p "$before/parameters"
    aws cloudformation get-template --stack-name "$stack" --template-stage Original \
        --query TemplateBody --output text >"$before/template.yaml"
    local parameter key value
    for parameter in "${parameters[@]}"; do
        key="${parameter%%=*}"
        value="$(cloudformation describe-stacks --stack-name "$stack" \
            --query "join('', Stacks[0].Parameters[?ParameterKey=='$key'].join('', ['is:', ParameterValue]))")"
        if [[ $value == is:* && $value != 'is:****' ]]; then
            printf '%s' "${value#is:}" >"$before/parameters/$key"
        fi
    done
}

# Prints the change set's ARN, or nothing when there is nothing to change.
propose() {
    local arguments=(--stack-name "$stack" --template-file "$template" --no-execute-changeset --no-fail-on-empty-changeset
        --capabilities CAPABILITY_NAMED_IAM)
    [ ${#parameters[@]} -eq 0 ] || arguments+=(--parameter-overrides "${parameters[@]}")
    [ -z "$role" ] || arguments+=(--role-arn "$role")
    [ -z "$bucket" ] || arguments+=(--s3-bucket "$bucket" --s3-prefix "templates/$stack")
    local said
    if ! said="$(aws cloudformation deploy "${arguments[@]}" 2>&1)" && [[ $said != *'No updates are to be performed'* ]]; then
        fail "no change set could be made: $said" "compare the parameters with the template: aws cloudformation validate-template --template-body file://$template"
    fi
    grep --only-matching --max-count 1 'arn:[^ ]*:changeSet/[^ ]*' <<<"$said" || true
}

show() { # CHANGE_SET
    echo "### Changes of \`$stack\`"
    echo
    echo '| action | resource | type | replaced |'
    echo '|---|---|---|---|'
    cloudformation describe-change-set --change-set-name "$1" \
        --query 'Changes[].ResourceChange.[Action, LogicalResourceId, ResourceType, Replacement]' |
        while IFS=$'\t' read -r action resource type replaced; do
            echo "| $action | \`$resource\` | $type | ${replaced/None/–} |"
        done
    echo
}

throw_away() { # CHANGE_SET
    cloudformation delete-change-set --change-set-name "$1"
    # A stack that was only ever proposed is nothing but a name.
    if [ "$(status)" = REVIEW_IN_PROGRESS ]; then
        cloudformation delete-stack --stack-name "$stack" || echo "The empty stack $stack stays; the next deployment takes it."
    fi
}

# Names what failed first: what failed later failed because of it.
show_failures() {
    echo "### \`$stack\` failed"
    echo
    cloudformation describe-stack-events --stack-name "$stack" --max-items 200 \
        --query "reverse(StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceType, ResourceStatusReason])" |
        head -5 | while IFS=$'\t' read -r resource type reason; do
            echo "* \`$resource\` ($type): $reason"
        done
    echo
}

carry_out() { # CHANGE_SET KIND
    cloudformation execute-change-set --change-set-name "$1"
    if ! cloudformation wait "stack-$2-complete" --stack-name "$stack"; then
        show_failures | summary
        fail "the stack $stack is $(status)" "aws cloudformation describe-stack-events --stack-name $stack"
    fi
}

is="$(status)"
case "$is" in
    NONE | REVIEW_IN_PROGRESS) kind=create ;;
    ROLLBACK_COMPLETE | *_IN_PROGRESS | DELETE_FAILED | ROLLBACK_FAILED | UPDATE_ROLLBACK_FAILED)
        fail "the stack $stack is $is, and takes no change" "$(
            case "$is" in
                ROLLBACK_COMPLETE) echo "it never came to be: aws cloudformation delete-stack --stack-name $stack" ;;
                UPDATE_ROLLBACK_FAILED) echo "aws cloudformation continue-update-rollback --stack-name $stack" ;;
                *) echo "aws cloudformation describe-stack-events --stack-name $stack" ;;
            esac
        )"
        ;;
    *)
        kind=update
        [ -z "$before" ] || keep_what_is
        ;;
esac

change_set="$(propose)"
if [ -z "$change_set" ]; then
    echo "Nothing to change in \`$stack\`." | summary
    output outcome unchanged
elif $dry_run; then
    show "$change_set" | summary
    throw_away "$change_set"
    echo 'A dry run: nothing was changed.' | summary
    output outcome planned
    exit 0
else
    show "$change_set" | summary
    output outcome "${kind}d" # also when it fails half-way: then there is something to look at
    carry_out "$change_set" "$kind"
fi
exec "$(dirname "${BASH_SOURCE[0]}")/outputs.sh" "$stack"
