# fish completion of sophia. Save as ~/.config/fish/completions/sophia.fish
function __sophia_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in (sophia completion --complete -- $words[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':file'
        __fish_complete_path "$current"
      case ':folder'
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c sophia -f -a '(__sophia_complete)'
