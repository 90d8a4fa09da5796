#!/bin/sh
# Stands for each of the programs that the provider runs (see shims.ts): logs its words, without what is random (tokens,
# groups made of them, pids), and kills at the command that it is told of. What is killed before its answer holds that
# back until the provider is no more, or has ended the command. `unshare` runs further ones of these; what `nsenter`
# runs is a part of its own words.
folder=${0%/*} name=${0##*/}
rest=${PATH#"$folder":}
real=$(PATH=$rest command -v "$name")
parent() { sed -n 's/^PPid:[^0-9]*//p' "/proc/$1/status"; }
plugin=$PPID
until grep -q pulumi-resource-netns "/proc/$plugin/cmdline"; do
  plugin=$(parent "$plugin")
  # Not the provider runs it, but who starts the engine.
  [ "${plugin:-0}" -gt 1 ] || exec "$real" "$@"
done
[ "$name" = unshare ] || PATH=$rest
words=$(printf '%s ' "$name" "$@" | sed -E 's/:[0-9a-f]{18}/:TOKEN/g; s/ group [1-9][0-9]*/ group N/g; s/(attach [^ ]+) [0-9]+/\1 PID/; s/ $//')
printf '%s\n' "$words" >>"$folder/log"
[ "$words" = "$KILL_WORDS" ] || exec "$real" "$@"
exec 9>>"$folder/count"
flock 9
echo >&9
count=$(wc -l <"$folder/count")
exec 9>&-
[ "$count" -eq "$KILL_AT" ] || exec "$real" "$@"

engine=$(parent "$plugin")
# Looks at most 2000 times: nothing of a test runs for ever.
gone() { looks=0; while [ -e "/proc/$1" ] && [ "$looks" -lt 2000 ]; do sleep 0.005; looks=$((looks + 1)); done; }
# Only a kill that met all of its victims counts.
case "$KILL_VICTIM" in
provider) victims=$plugin ;;
engine) victims=$engine ;;
both) victims="$engine $plugin" ;;
esac
strike() { kill -9 $victims && : >"$folder/fired"; }
case "$KILL_MOMENT" in
before) strike; gone "$plugin"; exit 1 ;;
after) "$real" "$@"; strike; gone "$plugin"; exit 1 ;;
answered) (gone $$; strike) </dev/null >/dev/null 2>&1 & exec "$real" "$@" ;;
esac
