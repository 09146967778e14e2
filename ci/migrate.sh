#!/usr/bin/env bash
# Runs a service's migration once and waits for its end: migrate.sh ENVIRONMENT SERVICE
# Exit code 0 when the store is at the newest schema. A service without a store has no migration and nothing to do.
set -euo pipefail
environment=$1
service=$2
stack=tributary-$environment-$service-migration
cluster=tributary-$environment

store=$(node -p "require('./services.json').find(({ name }) => name === '$service').store ?? ''")
if [ -z "$store" ]; then exit 0; fi

output() {
  aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}
task=$(aws ecs run-task --cluster "$cluster" --launch-type FARGATE --task-definition "$(output TaskDefinition)" \
  --network-configuration "awsvpcConfiguration={subnets=[$(output Subnets)],securityGroups=[$(output SecurityGroup)]}" \
  --query 'tasks[0].taskArn' --output text)
aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task"
code=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --output text \
  --query "tasks[0].containers[?name=='$service'].exitCode")
echo "migration of $service ended with ${code:-no exit code}"
[ "$code" = 0 ]
