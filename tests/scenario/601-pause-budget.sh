#!/bin/sh
# P6: the old active cannot be drained within the budget of the write pause: the swap is taken
# back by itself, in time, and applications write on the old active. Retry completes, once
# the cause is gone.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 601-pause-budget --gates none --limit write_pause=3s
sandbox_knob wait_01 -1
start
await 'upgrade_is attention completed' 90
upgrade_is attention || fail "it completed without an acknowledgement"
attention_says 'write pause|taken back' || fail "attention says: $(attention)"
remedy_is_given || fail "attention without a remedy"
one_active master1 || fail "active: $(actives)"
load_goes_on 100
sandbox_knob wait_01 0
# The same by slowness: what is acknowledged is acknowledged later than the limit.
sandbox_knob ack_delay 16000
steer retry sales
await 'upgrade_is running' 10 || :
await 'upgrade_is attention completed' 90
upgrade_is attention || fail "it completed without an acknowledgement"
one_active master1 || fail "active: $(actives)"
load_goes_on 100
sandbox_knob ack_delay 10..100
steer retry sales
retry_until_completed 120 6
prove --pause-limit-ms 3600
say "taken back twice within 3 s, then completed"
