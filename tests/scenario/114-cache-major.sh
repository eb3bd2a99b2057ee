#!/bin/sh
# A pair with cache groups goes to another major release: ttMigrate restores them and the copy of
# the new active keeps them, each for the cache administrator, whose password is asked for beside
# that of the other user; subscribers get plain tables. Cache agents run where they ran, none of
# them in the write pause. To completed; aborted before and after the swap; with the daemon killed.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in completed aborted ${SOAK:+killed}; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

cache_agent() { # HOST DSN
	tt "$1" $OLD ttAdmin -cacheUidPwdSet -cacheUid terry "$2" >/dev/null
	tt "$1" $OLD ttAdmin -cacheStart "$2" >/dev/null
}

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
	scene "114-cache-major-$VARIANT" --limit write_pause=5s --cache terry "$@"
	tt master1host $OLD ttIsql -v1 -e 'create readonly cache group app.cg1 autorefresh state on from app.items; create readonly cache group app.cg2 autorefresh state off from app.orders; exit' master1 >/dev/null
	tt master2host $OLD ttIsql -v1 -e 'create readonly cache group app.cg1 autorefresh state paused from app.items; create readonly cache group app.cg2 autorefresh state off from app.orders; exit' master2 >/dev/null
	cache_agent master1host master1
	cache_agent master2host master2
	tt master2host $OLD ttAdmin -cachePolicy always master2 >/dev/null
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

case $VARIANT in
completed)
	cache_scene --gates none
	start
	await 'upgrade_is completed attention' 120
	upgrade_is completed || fail "$(attention)"
	is_upgraded
	calm_in_pause
	! grep -rqs 'terrypwd' "$T/upgraded.log" "$T"/run/state "$ROOT/log.jsonl" ||
		fail "P9: the password of the cache administrator is somewhere"
	prove --pause-limit-ms 6000
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
