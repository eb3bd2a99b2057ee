#!/bin/sh
# The upgrade with utilities of another make: tests/sandbox/oddtool.c stands between the daemon
# and the tools of the sandbox, and changes words, streams, statuses, delays, and what there is
# to ask. Nothing may be lost, and the upgrade ends.
#
# A run is a line of the table: a name, what oddtool changes, what the upgrade comes to
# (completed, or a pattern of what attention must say). With VARIANT only that line.
set -eu

table() {
	cat <<'END'
words      | banner v2 wide crlf blank database loose confirm exit1      | completed
streams    | swap zeros upper tight nonumber exit1 silent delay=300      | completed
flaky      | flaky merge lower prompts                                  | completed
bare       | no=TTREP.,SYS.,ttLogHolds,ttConfiguration norows brief      | completed
dies       | isqlexit no=TTREP.,ttLogHolds,ttReplicationStatus isqlstart=500 | completed
- merge    | merge                                                      | completed
- swap     | swap                                                       | completed
- errors   | errors banner                                              | completed
- upper    | upper                                                      | completed
- lower    | lower database                                             | completed
- wide     | wide                                                       | completed
- crlf     | crlf blank                                                 | completed
- v2       | v2 banner                                                  | completed
- zeros    | zeros nonumber exit1                                       | completed
- slow     | delay=2000 isqlstart=2000                                  | completed
- flaky2   | flaky v2 banner swap                                       | completed
- ttrep    | no=TTREP.                                                  | completed
- sys      | no=SYS.                                                    | completed
- monitor  | no=MONITOR                                                 | completed
- config   | no=ttConfiguration                                         | completed
- holds    | no=ttLogHolds                                              | completed
- bookmark | no=ttBookmark                                              | completed
- status   | no=ttReplicationStatus                                     | completed
- nothing  | no=TTREP.,SYS.,ttConfiguration,ttLogHolds,ttReplicationStatus,ttBookmark | completed
- norows   | norows                                                     | completed
- noagent  | noagent                                                    | completed
- nocount  | nocount                                                    | needed not loaded
- prompts  | prompts                                                    | completed
- repstop  | repstop=2500                                               | completed
- silent   | silent confirm                                             | completed
- nocounts | nocounts                                                   | completed
- brief    | brief                                                      | completed
- outonly  | outonly                                                    | completed
- inonly   | inonly                                                     | completed
- held     | held                                                       | completed
- order    | order wrap more                                            | completed
- tied     | tied                                                       | completed
- flood    | flood order wrap noname                                    | completed
- isqlexit | isqlexit                                                   | completed
- isqlboth | isqlexit v2 banner merge no=SYS.,ttConfiguration            | completed
END
}

field() { # NUMBER of the line in $row
	printf '%s\n' "$row" | cut -d'|' -f"$1" | sed 's/^- *//; s/^ *//; s/ *$//'
}

# Two at a time: they mostly wait.
if [ -z "${VARIANT:-}" ]; then
	[ "${SOAK:-0}" != 0 ] && skipped='none' || skipped='^- '
	out=$(mktemp -d "${TMPDIR:-/tmp}/ud610.XXXXXX")
	trap 'rm -rf "$out"' EXIT
	table | grep -v "$skipped" | sed 's/^- //; s/ *|.*//' |
		xargs -P 2 -I{} sh -c 'VARIANT=$1 sh "$2" >"$3/$1" 2>&1 || touch "$3/failed"' \
			- '{}' "$0" "$out"
	for name in "$out"/*; do
		[ ! -s "$name" ] || cat "$name"
	done
	[ -e "$out/words" ] || exit 1 # nothing ran
	[ ! -e "$out/failed" ] || exit 1
	exit 0
fi

# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

row=$(table | sed -n "s/^- //; /^$VARIANT *|/p")
[ -n "$row" ] || {
	echo "610: no variant $VARIANT"
	exit 1
}
ODD=$(field 2)
ending_wanted=$(field 3)

scenario "610-$VARIANT"
needs_daemon
early_knob time_scale "$PACE"
case " $ODD " in
*' prompts '*) early_knob prompts_without_terminal 1 ;;
esac
sandbox_up
pair_config --gates none
load_start --rate 200
daemon_start
await 'pair_is_seen' 60
await 'ctl_now check sales --to "$NEW_RELEASE"' 60
ctl check sales --to "$NEW_RELEASE" >"$T/check.out"
start
await 'upgrade_is completed attention' 240
case $ending_wanted in
completed) upgrade_is completed || fail "attention: $(attention)" ;;
*)
	attention_says "$ending_wanted" || fail "$(pair_json .upgrade.state): $(attention)"
	remedy_is_given || fail "attention without a remedy"
	load_goes_on 50
	ctl abort sales --yes >/dev/null || fail "abort was refused"
	await 'upgrade_is aborted none attention' 240
	! upgrade_is attention || fail "attention: $(attention)"
	;;
esac
prove
say "$ending_wanted; write pause $(last_upgrade .write_pause_ms) ms"
