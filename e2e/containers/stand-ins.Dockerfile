# Stores for the test of the containers on machines that cannot pull the published images: Debian's packages, and the
# embedded MongoDB. They take the published images' settings as far as docker/compose.yaml uses them.
FROM debian:bookworm-slim AS postgres
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-15 >/dev/null \
  && install -d -o postgres -g postgres /var/lib/postgresql/data /var/run/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/var/lib/postgresql/data
COPY postgres-entrypoint.sh /
USER postgres
STOPSIGNAL SIGINT
ENTRYPOINT ["/postgres-entrypoint.sh"]

FROM debian:bookworm-slim AS valkey
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server >/dev/null \
  && ln -s redis-server /usr/bin/valkey-server && ln -s redis-cli /usr/bin/valkey-cli
CMD ["valkey-server"]

FROM node:24-bookworm-slim AS mongo
RUN install -d -o node -g node /data/db
COPY embedded-mongo.js /app/main.mjs
USER node
ENTRYPOINT ["node", "/app/main.mjs", "--data", "/data/db", "--host"]

FROM debian:bookworm-slim AS load-balancer
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends haproxy >/dev/null
USER haproxy
STOPSIGNAL SIGUSR1
ENTRYPOINT ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
