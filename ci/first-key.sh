#!/usr/bin/env bash
# Makes an administrator's key of a graph in the registry of an environment and prints it: first-key.sh ENVIRONMENT GRAPH
# It is made here. AWS gets its hash, which is all that the registry keeps: no log and no call has the key.
set -euo pipefail
if [ $# -ne 2 ]; then
  echo "Usage: ci/first-key.sh ENVIRONMENT GRAPH" >&2
  exit 2
fi
environment=$1
graph=$2

secret=$(node -p "require('node:crypto').randomBytes(32).toString('base64url')")
key=service:$graph:$secret
hash=$(printf %s "$key" | node -p "require('node:crypto').createHash('sha256').update(fs.readFileSync(0)).digest('hex')")
overrides='{"containerOverrides":[{"name":"registry","command":["create-key"],"environment":[
  {"name":"GRAPH_ID","value":"%s"},{"name":"KEY_NAME","value":"first key"},{"name":"KEY_SHA256","value":"%s"}]}]}'
# shellcheck disable=SC2059
ci/run-once.sh "$environment" registry "$(printf "$overrides" "$graph" "$hash")"
echo "$key"
