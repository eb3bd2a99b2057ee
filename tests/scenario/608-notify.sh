#!/bin/sh
# The notify hook is called at every gate, when a person is needed and at the end, with an
# environment that says which upgrade, which step, what and where. One that fails or hangs
# stops nothing.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

told() { # JQ CONDITION: how often notify was called so
	jq -c "select(.hook == \"notify\" and ($1))" "$T/run/load.sock.hooks" 2>/dev/null | wc -l
}

told_once() { # JQ CONDITION
	[ "$(told "$1")" -eq 1 ]
}

say_so() { # what notify was told
	jq -r 'select(.hook == "notify") | "\(.UPGRADED_EVENT) at step \(.UPGRADED_STEP): \(.UPGRADED_TEXT)"' \
		"$T/run/load.sock.hooks"
}

scene 608-notify --gates 'before-standby before-swap' --limit write_pause=4s
start
await 'gate_is before-standby' 60
common=".UPGRADED_PAIR == \"sales\" and .UPGRADED_UPGRADE == \"$(upgrade_id)\" and
	.UPGRADED_FROM_RELEASE == \"$OLD_RELEASE\" and .UPGRADED_TO_RELEASE == \"$NEW_RELEASE\""
await 'told_once "$common and .UPGRADED_EVENT == \"gate\" and .UPGRADED_STEP == \"1\" and
	.UPGRADED_MEMBER == \"master2\" and .UPGRADED_HOST == \"master2host\" and
	.UPGRADED_ACTIVE == \"master1\" and .UPGRADED_ACTIVE_HOST == \"master1host\" and
	(.UPGRADED_TEXT | test(\"before-standby\"))"'

# It fails from here on: that is a line in the log.
hook_fails notify 'nobody answers the phone'
steer advance sales
await 'gate_is before-swap' 90
await 'grep -q "event=notify.failed" "$T/upgraded.log"'
hook_works notify

hook_fails pause-writes 'the pooler is locked'
steer advance sales
await 'upgrade_is attention' 60
await 'told_once "$common and .UPGRADED_EVENT == \"attention\" and
	(.UPGRADED_TEXT | test(\"pooler is locked|pause\"))"'
load_goes_on 50
hook_works pause-writes
steer retry sales
await 'upgrade_is completed attention gated' 120
while upgrade_is gated; do
	steer advance sales
	await 'upgrade_is completed attention gated' 120
done
upgrade_is completed || fail "it needs a person: $(attention)"
await 'told_once "$common and .UPGRADED_EVENT == \"completed\" and .UPGRADED_ACTIVE == \"master2\""'
[ "$(told '.UPGRADED_EVENT != "gate" and .UPGRADED_EVENT != "attention" and
	.UPGRADED_EVENT != "completed"')" -eq 0 ] || {
	say_so
	fail 'told of something else'
}

# The hooks of the swap know where applications write, and where they are to write.
jq -e -s 'map(select(.hook == "pause-writes" and .exit == 0)) | last |
	.UPGRADED_EVENT == "pause_writes" and .UPGRADED_ACTIVE == "master1"' \
	"$T/run/load.sock.hooks" >/dev/null || fail 'pause_writes was told something else'
jq -e -s 'map(select(.hook == "resume-writes" and .exit == 0)) | last |
	.UPGRADED_EVENT == "resume_writes" and .UPGRADED_ACTIVE == "master2" and
	.UPGRADED_ACTIVE_HOST == "master2host"' \
	"$T/run/load.sock.hooks" >/dev/null || fail 'resume_writes was told something else'
prove
say "told of each gate, of attention and of the end; a notify hook that fails stops nothing"
