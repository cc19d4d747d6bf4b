# Completion of breakwater for bash 4 or newer. In ~/.bashrc:
#   source <(breakwater completion bash)

_breakwater() {
  local -a words=() lines=() endings=()
  local word

  # Bash takes --flag=value for three words.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ${#words[@]} -gt 0 && ${words[-1]} == --* && ( $word == = || ${words[-1]} == *= ) ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done

  # What has been typed of it so far may begin with a quote, and hold backslashes.
  local current=${words[-1]-}
  current=${current#[\"\']}
  current=${current//\\/}
  words[-1]=$current

  # Of --flag=value, only the value is what bash completes.
  local flag=
  [[ $current == --*=* && $COMP_WORDBREAKS == *=* ]] && flag=${current%%=*}=

  COMPREPLY=()
  # The one on the PATH, whatever path is typed: that may lead to a program of somebody else's.
  mapfile -t lines < <(command breakwater __complete -- "${words[@]}" 2> /dev/null)
  local answer=${lines[0]-}
  case $answer in
    words)
      for word in "${lines[@]:1}"; do
        word=${word%%$'\t'*}
        [[ $word == "$current"* ]] && COMPREPLY+=("${word#"$flag"}")
      done
      ;;
    files* | folders)
      read -ra endings <<< "${answer#files}"
      mapfile -t lines < <(compgen -f -- "${current#"$flag"}")
      for word in "${lines[@]}"; do
        if [[ -d ${word/#~\//$HOME/} ]] || _breakwater_ends "$word"; then
          COMPREPLY+=("$word")
        fi
      done
      ;;
  esac
  # Readline then quotes what needs it, in the way in which the word was begun.
  compopt -o filenames 2> /dev/null
}

# Whether a file has one of the endings that are asked for.
_breakwater_ends() {
  local ending
  [[ $answer == files ]] && return 0
  for ending in "${endings[@]}"; do
    [[ $1 == *."$ending" ]] && return 0
  done
  return 1
}

complete -F _breakwater breakwater
