#!/bin/sh
# A pair with cache groups goes to another major release: ttMigrate restores them and the copy of
# the new active keeps them, each for the cache administrator, whose password is asked for beside
# that of the other user; subscribers get plain tables. Cache agents run where they ran, none of
# them in the write pause. Rows of cached tables are not in the export: they come from Oracle when the
# copy is the active, and are counted before anything is destroyed. To completed; aborted before and
# after the swap; with the daemon killed; with an Oracle that cannot be reached, until a person loads.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in completed aborted ${SOAK:+killed by-hand}; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

cache_runs() { # HOST INSTANCE
	tt "$1" "$2" ttStatus | grep -i 'cache agent' | grep -qiv 'policy'
}

groups() { # HOST INSTANCE DSN
	tt "$1" "$2" ttIsql -v1 -e 'select RTRIM(CGNAME), REFRESH_STATE from SYS.CACHE_GROUP; exit' "$3" |
		sed -n 's/^< *\([A-Z0-9]*\), *\([A-Z]\) *>.*/\1=\2/p' | sort | tr '\n' ' '
}

groups_are() { # HOST INSTANCE DSN WANTED
	is=$(groups "$1" "$2" "$3")
	echo "$is" | grep -q "^$4\$" || fail "cache groups of $3 are '$is', not '$4'"
}

# No cache agent of the active ends, and none starts, while applications stand still.
calm_in_pause() {
	awk '$1 == "pause" { since = $2 } $1 == "resume" { print since, $2 }' "$T/ledger" >"$T/pauses"
	saw '.event == "cache_agent_stopped" or .event == "cache_agent_started"' |
		jq -r '.t * 1000000 | floor' >"$T/moments"
	awk 'NR == FNR { from[NR] = $1; to[NR] = $2; n = NR; next }
		{ for (i = 1; i <= n; i++) if ($1 > from[i] && $1 < to[i]) { print; exit 1 } }' \
		"$T/pauses" "$T/moments" || fail "a cache agent was touched in the pause"
}

cache_scene() { # OPTION... of pairconf.sh
	CREATE='--cached 300'
	scene "114-cache-major-$VARIANT" --limit write_pause=5s --cache terry "$@"
	tt master2host $OLD ttAdmin -cachePolicy always master2 >/dev/null
}

# Cached rows of a member, of both tables.
cached() { # HOST STORE
	sandbox rows "$1" "$2" | grep -Ec '"APP.(PRICES|RATES)"' || :
}

is_upgraded() {
	cache_runs master1host $NEW || fail "no cache agent on master1host"
	cache_runs master2host $NEW || fail "no cache agent on master2host"
	groups_are master2host $NEW master2 'CG1=Y CG2=N '
	groups_are master1host $NEW master1 'CG1=[PY] CG2=N '
	groups_are sub1host $NEW subscriber1 ''
	tt master2host $NEW ttAdmin -query master2 | grep -qi 'cache agent policy.*always' ||
		fail "the cache policy was not set back"
	[ -z "$(ls "$T"/run/backup/master2host)" ] || fail "an export was left"
}

is_as_before() { # WHEN
	upgrade_is aborted || fail "abort $1: $(attention)"
	await serves_as_before 60
	cache_runs master1host $OLD || fail "abort $1: no cache agent on master1host"
	cache_runs master2host $OLD || fail "abort $1: no cache agent on master2host"
	groups_are master1host $OLD master1 'CG1=Y CG2=N '
	groups_are master2host $OLD master2 'CG1=[PY] CG2=N '
	tt master2host $OLD ttAdmin -query master2 | grep -qi 'cache agent policy.*always' ||
		fail "abort $1: the cache policy was not set back"
}

oracle() { # SQL
	sandbox oracle "$1"
}

case $VARIANT in
completed)
	# What Oracle does meanwhile: fewer rows than were counted are those of Oracle all the same.
	cache_scene --gates before-swap
	sandbox_knob autorefresh_fills no
	start
	await 'gate_is before-swap' 60
	[ "$(cached master2host master2)" -eq 0 ] || fail "ttMigrate saved rows of cached tables"
	oracle 'insert into "APP.PRICES" values(1000, 1); delete from "APP.RATES" where id <= 10'
	steer advance sales
	await 'upgrade_is completed attention' 120
	upgrade_is completed || fail "$(attention)"
	is_upgraded
	calm_in_pause
	! grep -rqs 'terrypwd' "$T/upgraded.log" "$T"/run/state "$ROOT/log.jsonl" ||
		fail "P9: the password of the cache administrator is somewhere"
	last_upgrade .record >"$T/record"
	grep -q 'APP.RATES 300, 290' "$T/record" || fail "the record says: $(cat "$T/record")"
	prove --pause-limit-ms 6000
	;;
by-hand)
	cache_scene --gates before-swap,before-destroy
	sandbox_knob autorefresh_fills no
	start
	await 'gate_is before-swap' 60
	sandbox_knob oracle_down 1
	steer advance sales
	await 'step_is 9.2' 90
	load_goes_on 100
	ctl_now why sales >"$T/why"
	grep -q '300 rows in APP.PRICES' "$T/why" && grep -q 'LOAD CACHE GROUP' "$T/why" ||
		fail "why says: $(cat "$T/why")"
	[ -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "the old active was destroyed"
	sandbox_knob oracle_down 0
	for group in cg1 cg2; do
		tt master2host $NEW ttIsql -v1 -e "alter cache group app.$group set autorefresh state paused;
			load cache group app.$group commit every 256 rows; exit" master2 >/dev/null
	done
	await 'gate_is before-destroy' 30
	steer advance sales
	await 'upgrade_is completed attention' 90
	upgrade_is completed || fail "$(attention)"
	prove
	;;
aborted)
	cache_scene --gates before-swap,before-destroy
	for gate in before-swap before-destroy; do
		start
		[ $gate = before-swap ] || { await 'gate_is before-swap' 60 && steer advance sales; }
		await "gate_is $gate" 90
		steer abort sales --yes
		await 'upgrade_is aborted attention' 120
		is_as_before "at $gate"
	done
	calm_in_pause
	prove --pause-limit-ms 6000
	;;
killed)
	cache_scene --gates none
	start
	kill_until completed attention
	retry_until_completed 120
	is_upgraded
	prove
	;;
esac
say "$VARIANT with cache groups; nothing lost"
