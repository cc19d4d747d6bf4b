#compdef breakwater
# Completion of breakwater for zsh. In ~/.zshrc, after compinit:
#   source <(breakwater completion zsh)
# Or as a file named _breakwater in a folder of $fpath.

_breakwater() {
  local -a lines endings candidates
  local line text

  # The one on the PATH, whatever path is typed: that may lead to a program of somebody else's.
  lines=("${(@f)$(command breakwater __complete -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)}")
  case $lines[1] in
    words)
      for line in "${(@)lines[2,-1]}"; do
        text=${line%%$'\t'*}
        candidates+=("${text//:/\\:}:${line#*$'\t'}")
      done
      _describe 'breakwater' candidates
      ;;
    files*)
      endings=(${=lines[1]#files})
      [[ $PREFIX == --*=* ]] && compset -P 1 '*='
      if (( $#endings )); then
        _files -g "*.(${(j:|:)endings})"
      else
        _files
      fi
      ;;
    folders)
      [[ $PREFIX == --*=* ]] && compset -P 1 '*='
      _files -/
      ;;
  esac
}

# As a file of $fpath it is run to complete; as a script it says what it completes.
if [[ $funcstack[1] == _breakwater ]]; then
  _breakwater "$@"
else
  compdef _breakwater breakwater
fi
