# shellcheck shell=bash
# How a command of Breakwater ended, for the steps to come and for whoever looks at the job.

# $1: the exit code. Returns it, but 0 for 3 too: nothing has failed where a rollout waits.
tell_outcome() {
  local words result meaning outcome
  mapfile -t words < <(explain_exit "$1")
  # A code without a word, such as that of a signal, is a bug.
  result=${words[0]:-bug}
  meaning=${words[1]:-a bug in Breakwater}
  # The words of the output `outcome` until 1.0, when it is removed.
  case $result in
    completed) outcome='done' ;;
    refused) outcome='wrong' ;;
    *) outcome=$result ;;
  esac
  printf 'exit-code=%s\nresult=%s\noutcome=%s\n' "$1" "$result" "$outcome" >> "$GITHUB_OUTPUT"
  case $1 in
    0) return 0 ;;
    3) echo "::notice title=Breakwater::$meaning" ;;
    *)
      echo "::error title=Breakwater::$meaning (exit code $1)"
      return "$1"
      ;;
  esac
}

# $1: the exit code. Prints its word and its meaning, a line each, as the command explains them; nothing for a code that it does
# not know.
explain_exit() {
  { breakwater explain "exit-$1" --format json | node -p "$(find_words)"; } 2> /dev/null
}

find_words() {
  cat << 'JS'
const [{ outcome, meaning }] = JSON.parse(fs.readFileSync(0)).explanations;
`${outcome}\n${meaning[0].toLowerCase()}${meaning.slice(1, -1)}`;
JS
}
