import { quote } from "../host/words";
/**
 * What a lab host is asked to run. Its login shell may be any, fish or csh as well: the line that it gets has no letter that
 * one of them takes for more than itself. What is to be done comes by stdin, a line for each of the words of `read`.
 */
export const COMMAND = "exec sh -c 'IFS= read -r s; eval \"$s\"'";

/** Where Node may be that is not on the PATH of a shell that nobody has logged in to. */
const NODES = [
  '"$(command -v node)"',
  '"$(command -v nodejs)"',
  ...[
    ".nvm/versions/node/*/bin",
    ".local/bin",
    ".volta/bin",
    ".local/share/fnm/node-versions/*/installation/bin",
    ".fnm/node-versions/*/installation/bin",
    ".local/share/mise/installs/node/*/bin",
    ".asdf/installs/nodejs/*/bin",
    ".nodenv/versions/*/bin",
    "n/bin",
    "bin",
  ].map((folder) => `"$HOME"/${folder}/node`),
  ...["/usr/local", "/usr/local/lib/nodejs/*", "/usr", "/opt/*", "/opt/*/*", "/snap", "/home/linuxbrew/.linuxbrew"].map(
    (folder) => `${folder}/bin/node`,
  ),
];

/** Versions that are new enough, 20.19 and up. */
const NEW_ENOUGH = "v20.19.*|v20.[2-9][0-9].*|v2[1-9].*|v[3-9][0-9].*|v[1-9][0-9][0-9].*";

export interface Arrival {
  /** Begins each line for us. */
  mark: string;
  /** A folder that is made for the user alone, and removed when all is over. */
  folder?: string | undefined;
  /** The hashes of what is to be there. */
  hashes: object;
}

/**
 * The script, in one line. It looks for Node, has that run the next line, there.ts, and then runs the command that comes as
 * the third. It does not give its place to that: somebody has to clear up when the line is cut.
 */
export function scriptOf({ mark, folder, hashes }: Arrival): string {
  const words = `
    LC_ALL=C; export LC_ALL; umask 077;
    l=$(printf "\\nx"); l=\${l%x};
    say() { printf "\\n%s %s %s\\n" ${mark} "$@"; };
    end() { say "$1" "$2"; exit 1; };
    quoted() { printf "\\"%s\\"" "$(printf "%s" "$1" | tr -d "\\042\\134" | tr "\\n" " ")"; };
    IFS= read -r p || exit 1;
    s=$(uname -sm 2>&1);
    case "$s" in Linux*) ;; *) end system "$(quoted "$s")"; esac;
    n=; old=;
    for c in ${NODES.join(" ")}; do
      if [ -x "$c" ]; then
        v=$("$c" -v 2>&1);
        case "$v" in
          ${NEW_ENOUGH}) n=$c; break;;
          v*) old="$old, $c is $v";;
        esac;
      fi;
    done;
    [ -n "$n" ] || end node "$(quoted "\${old#, }")";
    ${folder === undefined ? "" : `m=$(mkdir -m 700 ${quote(folder)} 2>&1) || end folder "$(quoted "$m")";`}
    clear() { ${folder === undefined ? ":" : `rm -rf ${quote(folder)}`}; };
    "$n" -e "$p" ${mark} ${quote(JSON.stringify(hashes))} || { clear; exit 1; };
    IFS= read -r a || { clear; exit 1; };
    eval "$a"; r=$?; clear; exit $r`;
  return words.trim().replace(/\n\s*/g, " ");
}

/** A command as a line that the script reads, whatever is in its words. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => quote(word).replaceAll("\n", `'"$l"'`)).join(" ");
}
