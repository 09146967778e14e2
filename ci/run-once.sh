#!/usr/bin/env bash
# Runs the task of a service's migration once and waits for its end: run-once.sh ENVIRONMENT SERVICE [OVERRIDES]
# OVERRIDES is what `aws ecs run-task --overrides` takes, for another command. Exit code 0 when the task's is.
set -euo pipefail
if [ $# -lt 2 ]; then
  echo "Usage: ci/run-once.sh ENVIRONMENT SERVICE [OVERRIDES]" >&2
  exit 2
fi
environment=$1
service=$2
overrides=${3:-'{}'}
stack=tributary-$environment-$service-migration
cluster=tributary-$environment

output() {
  aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}
task=$(aws ecs run-task --cluster "$cluster" --launch-type FARGATE --task-definition "$(output TaskDefinition)" \
  --network-configuration "awsvpcConfiguration={subnets=[$(output Subnets)],securityGroups=[$(output SecurityGroup)]}" \
  --overrides "$overrides" --query 'tasks[0].taskArn' --output text)
aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task"
code=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --output text \
  --query "tasks[0].containers[?name=='$service'].exitCode")
echo "$task ended with ${code:-no exit code}" >&2
[ "$code" = 0 ]
