# shellcheck shell=bash
# How a command of Breakwater ended, for the steps to come and for whoever looks at the job.

# $1: the exit code. Returns it, but 0 for 3 too: nothing has failed where a rollout waits.
tell_outcome() {
  local outcome meaning
  case $1 in
    0) outcome='done' ;;
    1) outcome='halted' meaning='the rollout has halted or was aborted' ;;
    2) outcome='wrong' meaning='the plan, the settings or the command line is wrong' ;;
    3) outcome='unfinished' meaning='not finished: running it again goes on' ;;
    4) outcome='environment' meaning='the API, the credentials or the record' ;;
    5) outcome='held' meaning='another runner holds this rollout' ;;
    6) outcome='in-doubt' meaning='a deployment is in doubt and needs to be settled' ;;
    10) outcome='different' meaning='the plans differ' ;;
    *) outcome='bug' meaning='a bug in Breakwater; please report it' ;;
  esac
  printf 'exit-code=%s\noutcome=%s\n' "$1" "$outcome" >> "$GITHUB_OUTPUT"
  case $1 in
    0) return 0 ;;
    3) echo "::notice title=Breakwater::$meaning" ;;
    *)
      echo "::error title=Breakwater::$meaning (exit code $1)"
      return "$1"
      ;;
  esac
}
