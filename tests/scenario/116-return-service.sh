#!/bin/sh
# A pair whose commits wait for the standby, RETURN RECEIPT or RETURN TWOSAFE: online upgrades of both
# kinds. The standby is marked FAILED before its agent stops, so that no commit runs into RETURN WAIT
# TIME (TT8170); under TWOSAFE a marker is no statement that commits by itself (TT8099).
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in major:TWOSAFE patch:TWOSAFE major:RECEIPT patch:RECEIPT; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

kind=${VARIANT%:*} returns=${VARIANT#*:}
[ "$kind" = major ] || NEW_RELEASE=11.2.2.8.60
scenario "116-return-service-$kind-$returns"
needs_daemon
early_knob time_scale "$PACE"
sandbox_up --returns "RETURN $returns"
if [ "$kind" = major ]; then
	pair_config --gates none --limit write_pause=5s
else
	pair_config --gates none --limit write_pause=5s --in-place
fi
load_start --rate 50 --rows 2
daemon_start
await 'pair_is_seen' 30
ctl_now check sales --to "$NEW_RELEASE" >"$T/check" || :
grep -q TT8170 "$T/check" || fail "check does not tell of the return service: $(cat "$T/check")"
start
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "$(attention)"
late=$(saw_count '.event == "return_timeout"')
[ "$late" -eq 0 ] || fail "$late commits ran into RETURN WAIT TIME"
prove --pause-limit-ms 6000
say "$kind upgrade under RETURN $returns: no commit was left waiting"
