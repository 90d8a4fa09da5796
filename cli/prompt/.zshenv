# What the zsh of `netns shell` reads first: from here on it reads its user's own files, and the prompt comes after them.
ZDOTDIR=${NETNS_ZDOTDIR:-$HOME}
if [[ -r $ZDOTDIR/.zshenv ]]; then source "$ZDOTDIR/.zshenv"; fi
if [[ -z $NETNS_ZDOTDIR ]]; then unset ZDOTDIR; fi
unset NETNS_ZDOTDIR
autoload -Uz add-zsh-hook
_netns_prompt() {
  PROMPT="($NETNS_SHELL_HOST) $PROMPT"
  add-zsh-hook -d precmd _netns_prompt
}
add-zsh-hook precmd _netns_prompt
