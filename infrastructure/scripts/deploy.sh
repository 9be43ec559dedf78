#!/usr/bin/env bash
# Deploys a template by a change set, which is shown before it is executed.
set -euo pipefail

usage() {
    cat <<'TEXT'
deploy.sh --stack NAME --template FILE [OPTIONS]

Creates a change set, shows it, executes it, waits, and prints the stack's outputs. A parameter that is not given keeps
its value, or has its default in a new stack; tags stay, too. If the template has a parameter Protection, a new stack is
created without it, so that it can be deleted if it fails, and is protected once it is complete.

  --stack NAME          the stack, which is created when there is none
  --template FILE       the CloudFormation template
  --set KEY=VALUE       a parameter; may be given several times
  --parameters TEXT     more of them, one KEY=VALUE a line; lines that begin with # are comments
  --tag KEY=VALUE       a tag of the stack and of all that is in it; may be given several times
  --bucket NAME         where templates of more than 51,200 bytes are uploaded to
  --role ARN            the role that CloudFormation assumes; by default the previous one, or your own permissions
  --before FOLDER       where to store the previous deployment, for rollback.sh
  --minutes NUMBER      the timeout, besides BakeMinutes, after which it is rolled back             [45]
  --allow-replacement   lets a database be removed, or replaced by another
  --dry-run             shows the change set and deletes it
  --help                prints this

In a GitHub workflow, outcome and outputs become outputs of the step, and changes and links go to the summary.
DEPLOY_PAUSE (10) is the poll interval in seconds.
Exit status: 0 deployed, or nothing to change; 1 it failed, and CloudFormation rolled back; 2 misuse.
TEXT
}

fail() { # WHAT HINT [STATUS]
    printf 'error: %s\n  hint: %s\n' "$1" "$2" >&2
    exit "${3:-1}"
}

((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || fail "this is bash $BASH_VERSION, and it takes bash 4.4" 'on macOS: brew install bash' 2

output() { echo "$1=$2" >>"${GITHUB_OUTPUT:-/dev/null}"; }
summary() { tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"; }
cloudformation() { aws cloudformation "$@" --output text; }

stack='' template='' bucket='' role='' before='' minutes=45 dry_run=false allow_replacement=false parameters=() tags=()

while [ $# -gt 0 ]; do
    case "$1" in
        --dry-run) dry_run=true && shift && continue ;;
        --allow-replacement) allow_replacement=true && shift && continue ;;
        --help) usage && exit 0 ;;
    esac
    [ $# -ge 2 ] || fail "$1 needs a value" 'infrastructure/scripts/deploy.sh --help' 2
    case "$1" in
        --stack) stack="$2" ;;
        --template) template="$2" ;;
        --set) parameters+=("$2") ;;
        --parameters)
            while read -r line; do
                [[ $line =~ ^(#|$) ]] || parameters+=("$line")
            done <<<"$2"
            ;;
        --tag) tags+=("$2") ;;
        --bucket) bucket="$2" ;;
        --role) role="$2" ;;
        --before) before="$2" ;;
        --minutes) minutes="$2" ;;
        *) fail "$1 is no option" 'infrastructure/scripts/deploy.sh --help' 2 ;;
    esac
    shift 2
done

[ -n "$stack" ] && [ -n "$template" ] || fail 'the stack or the template is missing' 'infrastructure/scripts/deploy.sh --help' 2
[ -f "$template" ] || fail "there is no template $template" 'name a file, like infrastructure/deployment-ecs.yaml' 2
[[ $minutes =~ ^[0-9]{1,4}$ ]] || fail "--minutes $minutes is no number" 'infrastructure/scripts/deploy.sh --help' 2
for parameter in "${parameters[@]}"; do
    [[ $parameter =~ ^[A-Za-z0-9]+= ]] || fail "the parameter $parameter is not like KEY=VALUE" 'write one parameter a line, and no blanks before =' 2
done
for tag in "${tags[@]}"; do
    [[ $tag =~ ^[^=]+= ]] || fail "the tag $tag is not like KEY=VALUE" 'infrastructure/scripts/deploy.sh --help' 2
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
        fail "the stack $stack cannot be read: $said" 'check the credentials: aws sts get-caller-identity'
    fi
}

given() { # KEY
    local parameter value=''
    for parameter in "${parameters[@]}"; do
        [ "${parameter%%=*}" != "$1" ] || value="${parameter#*=}"
    done
    echo "$value"
}

# Prints `is:` and what a parameter is in the stack, or nothing when it is not there.
parameter_of_stack() { # KEY
    cloudformation describe-stacks --stack-name "$stack" \
        --query "join('', Stacks[0].Parameters[?ParameterKey=='$1'].join('', ['is:', ParameterValue]))"
}

# Stores the current deployment for rollback.sh: the template, and a file with the value of each parameter that is about to
# be set. Hidden values are left to CloudFormation.
keep_what_is() {
    mkdir -p "$before/parameters"
    aws cloudformation get-template --stack-name "$stack" --template-stage Original \
        --query TemplateBody --output text >"$before/template.yaml"
    local parameter key value
    for parameter in "${parameters[@]}"; do
        key="${parameter%%=*}"
        value="$(parameter_of_stack "$key")"
        if [[ $value == is:* && $value != 'is:****' ]]; then
            printf '%s' "${value#is:}" >"$before/parameters/$key"
        fi
    done
}

# CloudFormation removes every tag that is not given again. Given tags come later, and so override existing ones.
keep_tags() {
    local said line kept=()
    said="$(cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].Tags[].[Key, Value]')"
    while IFS= read -r line; do
        [[ $line != *$'\t'* ]] || kept+=("${line/$'\t'/=}")
    done <<<"$said"
    tags=("${kept[@]}" "${tags[@]}")
}

# Prints the change set's ARN, or nothing if there are no changes.
propose() {
    local arguments=(--stack-name "$stack" --template-file "$template" --no-execute-changeset --no-fail-on-empty-changeset
        --capabilities CAPABILITY_NAMED_IAM)
    [ ${#parameters[@]} -eq 0 ] || arguments+=(--parameter-overrides "${parameters[@]}")
    [ ${#tags[@]} -eq 0 ] || arguments+=(--tags "${tags[@]}")
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

# Prints the databases that the change set would delete.
databases_lost() { # CHANGE_SET
    cloudformation describe-change-set --change-set-name "$1" \
        --query "Changes[].ResourceChange | [?ResourceType=='AWS::RDS::DBCluster' && (Action=='Remove' || Replacement=='True')].LogicalResourceId"
}

discard() { # CHANGE_SET
    cloudformation delete-change-set --change-set-name "$1"
    # A stack without an executed change set has no resources.
    if [ "$(status)" = REVIEW_IN_PROGRESS ]; then
        cloudformation delete-stack --stack-name "$stack" || echo "The empty stack $stack stays; the next deployment takes it."
    fi
}

# Prints the first failures, which caused the later ones.
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

advice() { # STATUS
    case "$1" in
        ROLLBACK_COMPLETE) echo "it never came to be: aws cloudformation delete-stack --stack-name $stack" ;;
        UPDATE_ROLLBACK_FAILED) echo "aws cloudformation continue-update-rollback --stack-name $stack" ;;
        ROLLBACK_FAILED | DELETE_FAILED)
            echo "what is protected could not be taken away: aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN" \
                "--attributes Key=deletion_protection.enabled,Value=false; aws rds modify-db-cluster --db-cluster-identifier NAME" \
                "--no-deletion-protection; then aws cloudformation delete-stack --stack-name $stack"
            ;;
        *) echo "aws cloudformation describe-stack-events --stack-name $stack" ;;
    esac
}

# Prints the timeout in minutes: tasks that never become healthy do not end a deployment by themselves.
timeout_in_minutes() {
    local bake
    bake="$(given BakeMinutes)"
    [ -n "$bake" ] || bake="$(parameter_of_stack BakeMinutes)"
    bake="${bake#is:}"
    [[ $bake =~ ^[0-9]+$ ]] || bake=0
    echo $((minutes + bake))
}

# Waits until CloudFormation is done. A status that cannot be read is requested again.
wait_until_done() { # MINUTES
    local end=$((SECONDS + $1 * 60)) is
    while is="$(status)" || is=UNKNOWN_IN_PROGRESS; [[ $is == *_IN_PROGRESS ]]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep "${DEPLOY_PAUSE:-10}"
    done
}

execute() { # CHANGE_SET
    local limit is
    limit="$(timeout_in_minutes)"
    cloudformation execute-change-set --change-set-name "$1"
    if ! wait_until_done "$limit" && [ "$(status)" = UPDATE_IN_PROGRESS ]; then
        echo "\`$stack\` is not done after $limit minutes, and is taken back." | summary
        # It may have ended in the meantime.
        cloudformation cancel-update-stack --stack-name "$stack" || true
        wait_until_done "$((limit + 5))" || true
    fi
    is="$(status)"
    case "$is" in
        # During the cleanup, replaced resources are deleted; all others are up to date.
        CREATE_COMPLETE | UPDATE_COMPLETE | UPDATE_COMPLETE_CLEANUP_IN_PROGRESS) ;;
        *)
            show_failures | summary
            fail "the stack $stack is $is" "$(advice "$is")"
            ;;
    esac
}

is="$(status)"
protect=''
case "$is" in
    NONE | REVIEW_IN_PROGRESS)
        kind=create
        if grep --quiet '^  Protection:' "$template"; then
            protect="$(given Protection)"
            protect="${protect:-true}"
            parameters+=(Protection=false)
        fi
        ;;
    ROLLBACK_COMPLETE | *_IN_PROGRESS | DELETE_FAILED | ROLLBACK_FAILED | UPDATE_ROLLBACK_FAILED)
        fail "the stack $stack is $is, and takes no change" "$(advice "$is")"
        ;;
    *)
        kind=update
        [ -z "$before" ] || keep_what_is
        keep_tags
        ;;
esac

change_set="$(propose)"
if [ -z "$change_set" ]; then
    echo "Nothing to change in \`$stack\`." | summary
    output outcome unchanged
    exec "$(dirname "${BASH_SOURCE[0]}")/outputs.sh" "$stack"
fi

show "$change_set" | summary
lost="$(databases_lost "$change_set")"
[ -z "$lost" ] || echo "With this goes the database \`$lost\`, and all that is in it but a last snapshot." | summary
if $dry_run; then
    discard "$change_set"
    echo 'A dry run: nothing was changed.' | summary
    output outcome planned
    exit 0
elif [ -n "$lost" ] && ! $allow_replacement; then
    discard "$change_set"
    fail "this would take the database $lost away" \
        'leave Store, KmsKeyArn and DatabaseSnapshot as they are; or --allow-replacement, if that is what you want'
fi
output outcome "${kind}d" # also after a failure, because its outputs help to find the cause
execute "$change_set"
if [ "$protect" = true ]; then
    parameters+=(Protection=true)
    echo "\`$stack\` is there, and is protected now." | summary
    change_set="$(propose)"
    [ -z "$change_set" ] || execute "$change_set"
fi
exec "$(dirname "${BASH_SOURCE[0]}")/outputs.sh" "$stack"
