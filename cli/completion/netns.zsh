#compdef netns
# Completion of netns for zsh: `source <(netns completion zsh)` behind compinit in ~/.zshrc.
_netns() {
  local -a lines described
  lines=("${(@f)$("${words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case ${lines[1]} in
    words)
      described=("${(@)${(@)lines[2,-1]//:/\\:}/$'\t'/:}")
      _describe -V netns described
      ;;
    files) _files ;;
    folders) _files -/ ;;
    command*)
      shift ${lines[1]#command } words
      ((CURRENT -= ${lines[1]#command }))
      _normal
      ;;
  esac
}
compdef _netns netns
