#!/bin/sh
# kill -9 inside the write pause. When the daemon is away for longer than the limit, its next
# life takes the swap back and applications write on the old active; when it is killed
# behind the activation, the next life goes on to applications that write on the new one.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 402-kill-in-pause --gates none --limit write_pause=3s
sandbox_knob wait_01 -1
start
await 'step_is 6' 60
daemon_kill9
say "killed in the drain"
sleep 3 # longer than the limit: that is the story
daemon_start
await 'upgrade_is attention' 30
remedy_is_given || fail "attention without a remedy"
await 'role_is master1host "$OLD" master1 ACTIVE'
load_goes_on 100
sandbox_knob wait_01 0
sandbox_knob role_delay 3000
steer retry sales
await 'step_is 8' 60
daemon_kill9
say "killed after the activation was sent"
sandbox_knob role_delay 200
daemon_start
await 'upgrade_is completed attention' 90
upgrade_is completed || fail "$(attention)"
prove
nothing_twice
say "taken back after a kill before the activation, finished after one behind it"
