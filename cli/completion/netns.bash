# Completion of netns for bash: `source <(netns completion bash)` in ~/.bashrc.
_netns() {
  local lines line
  mapfile -t lines < <("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  case ${lines[0]} in
    words) for line in "${lines[@]:1}"; do COMPREPLY+=("${line%%$'\t'*}"); done ;;
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    command*)
      if declare -F _command_offset >/dev/null; then
        _command_offset "${lines[0]#command }"
      else
        mapfile -t COMPREPLY < <(compgen -A command -A file -- "$2")
      fi
      ;;
  esac
}
complete -F _netns netns
