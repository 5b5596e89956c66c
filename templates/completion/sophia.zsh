#compdef sophia
# zsh completion of sophia. In ~/.zshrc, after compinit: source <(sophia completion zsh)
_sophia() {
  local line
  local -a values shown
  for line in "${(@f)$(sophia completion --complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :file) _files ;;
      :folder) _files -/ ;;
      *)
        values+=("${line%%$'\t'*}")
        shown+=("${line/$'\t'/  }")
        ;;
    esac
  done
  (( $#values )) && compadd -l -d shown -a values
}
# An alias is completed as what it stands for, which is the launcher.
if [[ $funcstack[1] == _sophia ]]; then _sophia "$@"; else compdef _sophia sophia sophia.cjs; fi
