#!/bin/sh
# The star with as little work as iproute2, sh and util-linux let one do: `starBatch.sh up 100`.
# Namespaces and pairs take one process for many; only what must be done inside a host takes one of its own, by nsenter,
# which unlike `ip -n` copies no mounts. All of it is spread over as many loops as there are processors.
set -e
loops=$(nproc)

hosts() {
  i=$1
  while [ "$i" -le "$count" ]; do
    "$2" "$i"
    i=$((i + loops))
  done
}

make() {
  echo "netns add h$1"
  echo "link add name eth0 netns h$1 up type veth peer name p$1 netns switch"
}

configure() {
  nsenter --net=/run/netns/h"$1" ip -batch - <<END
link set lo up
addr add 10.0.$(($1 / 250)).$(($1 % 250 + 1))/16 dev eth0
END
}

raise() {
  echo "link set p$1 up"
}

remove() {
  echo "netns del h$1"
}

up() {
  hosts "$1" make | ip -batch -
  hosts "$1" configure
  hosts "$1" raise | nsenter --net=/run/netns/switch ip -batch -
}

count=$2
case $1 in
up)
  ip netns add switch
  nsenter --net=/run/netns/switch ip link set lo up
  first=1
  while [ "$first" -le "$loops" ]; do
    up "$first" &
    first=$((first + 1))
  done
  wait
  ;;
down)
  loops=1
  { hosts 1 remove; echo "netns del switch"; } | ip -batch -
  ;;
esac
