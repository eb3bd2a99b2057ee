#!/bin/sh
# pause holds after the step in hand, resume goes on, retry is for attention only: what is
# not possible is refused with what is. A step that fails says why, and what to do.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 102-verbs --gates before-standby
ctl_gives 5 pause no-such-pair
ctl_gives 3 resume sales
ctl_gives 3 retry sales
sandbox_knob migrate_rate 1000
sandbox_knob fail.ttMigrate 2
start
await 'gate_is before-standby'
ctl_gives 3 start sales --to "$NEW_RELEASE"
ctl_gives 3 retry sales
steer pause sales
await 'upgrade_is paused'
ctl_gives 3 advance sales
steer resume sales
steer advance sales
await 'step_is 2a'
steer pause sales
await 'upgrade_is paused' 60
held=$(pair_json .upgrade.step.number)
load_goes_on 50
step_is "$held" && upgrade_is paused || fail "it went on although it is held"
steer resume sales

retry_until_completed 120 4
prove
say "held before step $held, resumed; refusals name what is possible"
