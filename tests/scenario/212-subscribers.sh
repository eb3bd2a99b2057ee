#!/bin/sh
# No subscriber at all, and three of them.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for count in 0 3; do
		VARIANT=$count sh "$0"
	done
	exit
fi

# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

add_third() {
	sed -i '/^pair "sales"/i host "sub3host" {\
  transport = "local"\
  job_directory = "'"$T"'/run/jobs/sub3host"\
  timesten "old" { bin = "'"$ROOT/hosts/sub3host/opt/$OLD"'/bin"  env = { "TIMESTEN_HOME='"$ROOT/hosts/sub3host/opt/$OLD"'" } }\
  timesten "new" { bin = "'"$ROOT/hosts/sub3host/opt/$NEW"'/bin"  env = { "TIMESTEN_HOME='"$ROOT/hosts/sub3host/opt/$NEW"'" } }\
}
		/member "subscriber2"/a \  member "subscriber3" { host = "sub3host"  dsn = "subscriber3"  subscriber = true  port = 30004 }' \
		"$T/run/pairs.d/sales.conf"
	mkdir -p "$T/run/jobs/sub3host"
}

# Options of the judge.
members() {
	echo --expect master1 --expect master2
	for n in 1 2 3; do
		[ "$n" -gt "$VARIANT" ] || echo --expect "subscriber$n"
	done
}

all_are_seen() {
	[ "$(pair_json '[.members[].role] | map(select(. == "unknown" or . == null)) | length')" -eq 0 ]
}

scenario "212-subscribers-$VARIANT"
needs_daemon
early_knob time_scale "$PACE"
sandbox_up --subscribers "$VARIANT"
case $VARIANT in
0) pair_config --gates none --no-subscribers ;;
3)
	pair_config --gates none
	add_third
	;;
esac
load_start --rate 200
daemon_start
await all_are_seen
[ "$(pair_json '.members | length')" -eq $((2 + VARIANT)) ] || fail "not every member is there"
start
retry_until_completed 180 0
[ "$(pair_json "[.members[].release] | map(select(. == \"$NEW_RELEASE\")) | length")" -eq \
	$((2 + VARIANT)) ] || fail "not every member is in the new release"
# shellcheck disable=SC2046
prove $(members)
