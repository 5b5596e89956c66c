# bash completion of sophia. In ~/.bashrc: source <(sophia completion bash)
_sophia() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      # Bash 3.2, which macOS has, knows no compopt: there the words of sophia are all.
      :file) type compopt >/dev/null 2>&1 && compopt -o default ;;
      :folder) type compopt >/dev/null 2>&1 && compopt -o dirnames ;;
      *) COMPREPLY+=("$(printf %q "${line%%$'\t'*}")") ;;
    esac
  done < <(sophia completion --complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _sophia sophia
