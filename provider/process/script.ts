import { SYSTEM_PATH } from "../host/searchPath";
import { quote } from "../host/words";
import { badgeOf, MARK_VARIABLE, type ProcessRecord } from "./record";

/**
 * What a process is started by, for `sh -s`: only so nothing of it, such as a secret in its environment, is in words that
 * all users of the host see. A small shell stays beside it, as its minder: it writes down how it ends, and keeps its log.
 */
export function startScript(record: ProcessRecord, folder: string): string {
  const { place, command } = record;
  const badge = badgeOf(record);
  const { argv, env = {}, user = "", cwd, files = {}, logBytes } = command;
  const path = env.PATH ?? SYSTEM_PATH;
  const variables = Object.entries({ ...env, PATH: path, [MARK_VARIABLE]: badge });
  const putting = Object.entries(files).map(
    ([file, text], index) => `put_text ${index} ${modeOf(text)} ${quote(file)} ${quote(text)}`,
  );
  const { namespace } = place;
  const inside = { is_elsewhere: namespace === undefined ? "" : "yes", ns: nameOf(namespace) };
  const values = { dir: folder, badge, record: JSON.stringify(record), cwd, user, ...inside };
  return [
    ...Object.entries(values).map(([name, value]) => `${name}=${quote(value)}`),
    // The log is two files, each of half its size, and is looked at after READS at the most.
    `reads=${READS} half=${Math.floor(logBytes / 2)} block=${Math.max(1, Math.floor(logBytes / 16 / READS))}`,
    `environment() { ${variables.map(([name, value]) => `export ${name}=${quote(value)}; `).join("")}}`,
    `put_files() { ${[...putting, ":"].join(" && ")}; }`,
    SCRIPT,
    `main ${argv.map(quote).join(" ")}`,
    "exit",
    "",
  ].join("\n");
}

/** What says by which program it runs (execve(2)) is to be run. */
function modeOf(text: string): number {
  return text.startsWith("#!") ? 755 : 644;
}

const READS = 32;

/** Of a namespace that has a name: only those have files of their own. */
function nameOf(namespace: string | undefined): string {
  return namespace === undefined || namespace.startsWith("/") ? "" : namespace;
}

/**
 * Each line that begins with `failed` says why not, in the words of start.ts. The lock is held as long as the minder lives, so
 * that no other one can be in its place. The badge is on a mount that only the mount namespace of the process has: all its
 * children are in there, whatever else they leave behind. setsid finds no leader of a group here, so it starts no other
 * process, and the number of the shell that becomes the process is its number.
 */
const SCRIPT = `
failed() { echo "failed $*"; exit 1; }

put_text() {
  mkdir -p "$dir/files" && printf %s "$4" >"$dir/files/$1" && chmod "$2" "$dir/files/$1" && put "$dir/files/$1" "$3"
}

put() {
  [ -e "$2" ] || cover "$2" || return 1
  mount -n --bind "$1" "$2"
}

cover() {
  at=\${1%/*}
  while [ -n "$at" ] && [ ! -d "$at" ]; do at=\${at%/*}; done
  [ -n "$at" ] || return 1
  case " $covered " in *" $at "*) mkdir -p "\${1%/*}" && : >"$1"; return ;; esac
  new=$dir/cover
  mkdir -p "$new" && mount -n -t tmpfs -o "mode=$(stat -c %a "$at")" tmpfs "$new" || return 1
  for one in "$at"/* "$at"/.[!.]*; do
    its=$new/\${one##*/}
    if [ -L "$one" ]; then cp -P "$one" "$its"
    elif [ -d "$one" ]; then mkdir "$its" && mount -n --rbind "$one" "$its"
    elif [ -e "$one" ]; then : >"$its" && mount -n --bind "$one" "$its"
    fi || return 1
  done
  mount -n --move "$new" "$at" || return 1
  covered="$covered $at"
  mkdir -p "\${1%/*}" && : >"$1"
}

enter() {
  [ -n "$is_elsewhere" ] || return 0
  ro=
  umount -n -l /sys 2>/dev/null || ! grep -q '^[^ ]* /sys sysfs ro[ ,]' /proc/self/mounts || ro=-r
  mount -n $ro -t sysfs sysfs /sys 2>/dev/null || :
  [ -n "$ns" ] || return 0
  for one in "/etc/netns/$ns"/*; do
    [ ! -e "$one" ] || put "$one" "/etc/\${one##*/}" || return 1
  done
}

keep_log() {
  size=0
  [ ! -e "$dir/log" ] || size=$(wc -c <"$dir/log")
  while :; do
    dd bs="$block" count="$reads" 2>/dev/null >>"$dir/log"
    now=$(wc -c <"$dir/log" 2>/dev/null) || now=0
    [ "$now" -ne "$size" ] || break
    size=$now
    if [ "$size" -ge "$half" ]; then
      mv -f "$dir/log" "$dir/log.1"
      size=0
    fi
  done
  exec cat >/dev/null
}

main() {
  umask 077
  covered=
  mkdir -p "$dir" && exec 9>>"$dir/lock" || failed folder
  flock -n 9 || failed busy
  rm -rf "$dir/life" "$dir/ready" "$dir/pipe" "$dir/files"
  printf %s "$record" >"$dir/record.draft" && mv -f "$dir/record.draft" "$dir/record.json" || failed folder
  umask 022
  mkdir -p "$dir/mark" && mount -n -t tmpfs -o size=4k,mode=0 "$badge" "$dir/mark" || failed mount
  enter && put_files || failed files
  become=
  if [ -n "$user" ]; then
    uid=$(id -u -- "$user") && gid=$(id -g -- "$user") || failed user
    become="$(command -v setpriv) --reuid=$uid --regid=$gid --init-groups --"
  else
    user=$(id -un)
  fi
  home=$(getent passwd "$user" | cut -d: -f6)
  export HOME="\${home:-/}" USER="$user" LOGNAME="$user"
  cd "$cwd" || failed cwd
  (environment; command -v -- "$1") >/dev/null || { echo "$1" >&2; failed program; }
  mkfifo "$dir/pipe" || failed folder
  : >>"$dir/log"
  [ -z "$(tail -c 1 "$dir/log")" ] || echo >>"$dir/log"
  echo "after $(stat -c %i "$dir/log") $(wc -l <"$dir/log")" >>"$dir/life"
  echo "by $$" >>"$dir/life"
  trap '' HUP INT QUIT TERM USR1 USR2 ALRM
  exec </dev/null >/dev/null 2>&1
  keep_log <"$dir/pipe" 9>&- &
  (
    exec >"$dir/pipe" 2>&1 9>&-
    rm "$dir/pipe"
    read -r stat </proc/self/stat
    started=\${stat##*) }
    echo "up \${stat%% *} $(echo "$started" | cut -d' ' -f20)" >>"$dir/life"
    trap - HUP INT QUIT TERM USR1 USR2 ALRM
    setsid=$(command -v setsid)
    unset PWD OLDPWD
    environment
    exec "$setsid" $become "$@"
  )
  echo "ended $?" >>"$dir/life"
}
`;
