#!/bin/sh
# P4 and P5: abort is asked when applications write on the new release already, and the daemon
# is killed again and again while it goes back. It ends with the old active serving and the
# standby of before; nothing is lost, nothing that cannot be repeated is done twice.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 403-kill-in-abort --gates before-destroy --limit write_pause=60s --limit redundancy_gap=20m
start
await 'gate_is before-destroy' 90
sandbox_knob duplicate_rate 4000
steer abort sales --yes
kill_until aborted attention
ended_as aborted || fail "it needs a person: $(attention)"
await serves_as_before 30
prove
nothing_twice
say "killed $LIVES times while it went back; serves as before, nothing lost"
