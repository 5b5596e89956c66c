# bash completion of sophia. In ~/.bashrc: source <(sophia completion bash)
_sophia() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :file) compopt -o default ;;
      :folder) compopt -o dirnames ;;
      *) COMPREPLY+=("$(printf %q "${line%%$'\t'*}")") ;;
    esac
  done < <(sophia completion --complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _sophia sophia
