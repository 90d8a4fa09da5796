#!/bin/sh
# Starts the container "web". If it has no root file system yet, makes one with nothing but busybox.
set -eu
cd "$(dirname "$0")/bundle"

if ! [ -d rootfs ]; then
  mkdir -p draft/bin draft/proc draft/www
  cp "$(command -v busybox)" draft/bin/busybox
  for name in httpd ip ping sh; do ln -s busybox "draft/bin/$name"; done
  echo "hello from the container" >draft/www/index.html
  mv draft rootfs
fi

# Its output goes to a file, because the container outlives this script.
runc run --detach --bundle . "${1:-web}" </dev/null >log 2>&1 || {
  cat log >&2
  exit 1
}
