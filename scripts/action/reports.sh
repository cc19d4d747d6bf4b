# shellcheck shell=bash
# What a run leaves for people and for the steps to come: the job's summary, the page, who waits for what.

reports="$RUNNER_TEMP/breakwater/reports"

# $1: the plan that was run. Where nothing is on record (a wrong plan, a database that cannot be reached) there is nothing to
# report, and the run has said why.
report_run() {
  local name wave
  name=$({ breakwater plan --format json -- "$1" | node -p 'JSON.parse(fs.readFileSync(0)).rollout'; } 2> /dev/null) || return 0
  wave=$({ breakwater status "$name" --format json | node -p "$(find_waiting)"; } 2> /dev/null) || return 0
  printf 'rollout=%s\nwaits-for-approval=%s\n' "$name" "$wave" >> "$GITHUB_OUTPUT"
  mkdir -p "$reports"
  breakwater report "$name" --format markdown --out "$reports/$name.md"
  add_to_summary "$reports/$name.md"
  breakwater report "$name" --format html --out "$reports/$name.html"
  echo "page=$reports/$name.html" >> "$GITHUB_OUTPUT"
}

# $1: a file of Markdown.
add_to_summary() {
  cat "$1" >> "$GITHUB_STEP_SUMMARY"
  echo "markdown=$1" >> "$GITHUB_OUTPUT"
}

# The next wave, if it is an approval that it waits for.
find_waiting() {
  cat << 'JS'
const { status, waves } = JSON.parse(fs.readFileSync(0));
const next = waves.find(({ phase }) => phase !== 'passed');
status === 'waiting' && next.approval === 'missing' ? next.name : '';
JS
}
