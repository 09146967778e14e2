# Every service: its bundle and Node, nothing else. One file, a build argument says which.
#
#   docker build --file docker/service.Dockerfile --build-arg SERVICE=gateway --tag tributary/gateway .
#
# BASE: an image with Node 20.19 or newer, npm, bash, and an account 1000. Pipelines pin it by digest.
ARG BASE=node:24-bookworm-slim

# Only what npm reads, so that a change of code installs nothing again.
FROM ${BASE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc ! -path './gateway/bin/*' -delete

FROM ${BASE} AS source
WORKDIR /app
COPY --from=manifests /app ./
# No scripts: nothing that is bundled has one, and none of a stranger's runs. One layer for all services.
RUN npm ci --workspaces --ignore-scripts --no-audit --no-fund
COPY . .

FROM source AS build
ARG SERVICE
RUN npx tsx scripts/build-service.ts "${SERVICE}" /out

# What docker/compose.yaml runs once on one machine: keys and passwords, and the graph in its registry. Nothing else does.
FROM source AS build-local-setup
RUN npx tsx scripts/containers/build-local-setup.ts /out

FROM ${BASE} AS local-setup
COPY --from=build-local-setup /out /app
ENTRYPOINT ["node"]

FROM ${BASE} AS service
# Node's own options for this service: docs/performance.md has the gateway's.
ARG NODE_OPTIONS=
ENV NODE_ENV=production NODE_OPTIONS=${NODE_OPTIONS} HOST=0.0.0.0
COPY docker/certificates /etc/ssl/rds
COPY --from=build /out /app
# gateway.yaml is looked for here, and what it names by relative paths. This one says what the quick start needs; mount
# another over it.
WORKDIR /etc/tributary
RUN echo 'supergraph: ./supergraph.graphql' > gateway.yaml
# ECS and Docker give a volume the owner that its place has here, when it is declared: secrets, and what a service keeps
# that it can lose.
RUN install -d -o 1000 -g 1000 -m 0700 /run/secrets /var/lib/tributary
VOLUME /run/secrets /var/lib/tributary
USER 1000:1000
# By the shell, in 5 ms: another Node for each look would be the busiest process of an idle machine. An instance that is slow
# is not ill: it is given up after a minute and a half. Nor is one whose store is away: the check asks /livez.
HEALTHCHECK --interval=5s --timeout=10s --retries=6 --start-period=120s CMD ["/app/healthcheck.sh"]
# Node gets SIGTERM: no npm and no shell in between. Arguments of `docker run` are the service's: `migrate`, `--help`.
ENTRYPOINT ["node", "/app/main.js"]
