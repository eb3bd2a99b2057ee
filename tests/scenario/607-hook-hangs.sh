#!/bin/sh
# P6: a pause hook that hangs may have paused the applications: it is ended in time, and they
# are resumed on the old active.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scenario 607-hook-hangs
mkdir -p "$T/run"
cat >"$T/hang" <<END
#!/bin/sh
"$LOADCTL" --socket "$T/run/load.sock" pause-writes || exit 1
[ ! -e "$T/hangs" ] || exec sleep 600
END
chmod +x "$T/hang"
: >"$T/hangs"
scene 607-hook-hangs --gates none --limit write_pause=3s --hook "pause_writes=$T/hang"
start
await 'upgrade_is attention completed' 90
upgrade_is attention || fail "it went on without an end of the hook"
one_active master1 || fail "active: $(actives)"
load_goes_on 100
rm "$T/hangs"
steer retry sales
retry_until_completed 120 3
prove --pause-limit-ms 8000
say "ended in time, applications resumed, retry completed"
