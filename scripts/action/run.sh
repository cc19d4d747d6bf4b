#!/usr/bin/env bash
# For action.yml: runs one command, and tells GitHub how it ended: the outputs, the job's summary, and whether the step fails.
set -euo pipefail
shopt -s nullglob globstar
# shellcheck source=scripts/action/outcome.sh
source "${BASH_SOURCE[0]%/*}/outcome.sh"
# shellcheck source=scripts/action/reports.sh
source "${BASH_SOURCE[0]%/*}/reports.sh"

# $1: what is wrong with the step. It is the workflow's author who reads it.
refuse() {
  printf '::error title=Breakwater::%s\n' "$1"
  tell_outcome 2
  exit 2
}

# Fills `plans`. Names may hold any character: each is one word, whatever stands in it.
find_plans() {
  plans=()
  local pattern found
  while IFS= read -r pattern; do
    [ -n "$pattern" ] || continue
    # shellcheck disable=SC2206 # split at nothing, and only patterns are expanded
    IFS='' found=($pattern)
    [ "${#found[@]}" -gt 0 ] || refuse "No file matches $pattern in $WORKING_DIRECTORY."
    plans+=("${found[@]}")
  done <<< "$PLAN"
  [ "${#plans[@]}" -gt 0 ] || refuse "\`$COMMAND\` needs the input \`plan\`."
}

# Sets `code`: the first that is not 0.
show_plans() {
  local file first=0
  for file in "${plans[@]}"; do
    run_quoted plan "${arguments[@]}" -- "$file"
    [ "$first" -ne 0 ] || first=$code
  done
  code=$first
}

# $@: arguments of breakwater. Sets `code`. Its output is no place for workflow commands: it tells what hooks and servers said.
run_quoted() {
  local token
  token=$(node -p 'crypto.randomUUID()')
  echo "::stop-commands::$token"
  run_breakwater "$@"
  echo "::$token::"
}

# $@: arguments of breakwater. Sets `code`. When the job is cancelled, the runner signals this process and no other.
run_breakwater() {
  breakwater "$@" < /dev/null &
  local child=$!
  trap 'kill -TERM "$child" 2> /dev/null || true' INT TERM
  code=0
  wait "$child" || code=$?
  # A signal ends the waiting, not the command.
  while kill -0 "$child" 2> /dev/null; do
    code=0
    wait "$child" || code=$?
  done
  trap - INT TERM
}

# $1: an input that is `true` or `false`; $2: what was given; $3: the flag that it stands for.
add_flag() {
  case $2 in
    true) [ "$COMMAND" = run ] || refuse "The input \`$1\` is for \`run\`." ;;
    false | '') return 0 ;;
    *) refuse "The input \`$1\` is \`true\` or \`false\`." ;;
  esac
  arguments+=("$3")
}

cd -- "$WORKING_DIRECTORY"
mapfile -t arguments < <(sed '/^$/d' <<< "$ARGS")
add_flag start "${START:-}" --start
add_flag continue-only "${CONTINUE_ONLY:-}" --continue-only
code=0
case $COMMAND in
  validate)
    find_plans
    # Its findings are workflow commands, and it sees to what else might look like one.
    run_breakwater validate --format github "${arguments[@]}" -- "${plans[@]}"
    ;;
  plan)
    find_plans
    show_plans
    ;;
  run)
    find_plans
    [ "${#plans[@]}" -eq 1 ] || refuse "\`run\` takes one plan, and ${#plans[@]} were given: use a matrix."
    run_quoted run --yes --progress plain "${arguments[@]}" -- "${plans[0]}"
    # A simulated run leaves no record behind.
    [[ " ${arguments[*]} " == *' --simulate'* ]] || report_run "${plans[0]}"
    ;;
  *)
    run_quoted "$COMMAND" "${arguments[@]}"
    ;;
esac
tell_outcome "$code"
