#!/bin/sh
# P4 resume and P5 abort for the procedures of pairs. Aborted at the gate of steps and in the
# middle of them, its daemon killed on the way back as well, the pair serves as before each
# time; then it completes with a daemon that is killed in the middle of steps. Steps of a swap
# have no gates: drains and roles are made slow, and aborts and kills come after its first step.
#
#	SOAK=1  each step; else chance takes some
#	SEED=n  other ones;  VARIANT=NAME  this procedure;  STEPS='2a 9'  aborts from these, KILLS='..'
set -eu

if [ -z "${VARIANT:-}" ]; then
	for VARIANT in ${VARIANTS:-asp-ports replicated-major}; do
		export VARIANT
		sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

# --- a scene for each -------------------------------------------------------------------

PROCEDURE=${VARIANT%%:*} TO=$NEW_RELEASE OPTIONS='' DONE=''
LIMITS='--gates every-step --limit write_pause=60s --limit redundancy_gap=20m'

classic() { # OPTION... of pairconf.sh
	CREATE="${CREATE:-}"
	# shellcheck disable=SC2086
	scene_classic "143-$VARIANT" $LIMITS "$@"
}

case $VARIANT in
asp-ports)
	TO=$OLD_RELEASE DONE='master1=active=OLD master2=standby=OLD'
	scenario "143-$VARIANT"
	needs_daemon
	early_knob time_scale "$PACE"
	sandbox_up --auto-ports
	# shellcheck disable=SC2086
	pair_config $LIMITS
	load_start --rate 200
	daemon_start
	await pair_is_seen 30
	;;
asp-patch | asp-patch:back)
	TO=11.2.2.8.60 DONE='master1=standby=TO master2=active=TO'
	[ "$VARIANT" = asp-patch ] || {
		OPTIONS='--option swap_back=yes'
		DONE='master1=active=TO master2=standby=TO'
	}
	# shellcheck disable=SC2086
	scene "143-$VARIANT" $LIMITS --in-place
	;;
asp-major)
	DONE='master1=standby=TO master2=active=TO'
	# shellcheck disable=SC2086
	scene "143-$VARIANT" $LIMITS
	;;
online-bidirectional)
	CREATE='--new-path --auto-ports' DONE='master1=standby=TO master2=active=TO'
	classic --new-path
	;;
online-bidirectional:in-place)
	DONE='master1=standby=TO master2=active=TO'
	classic
	;;
online-bidirectional:server)
	CREATE='--new-path --start-new' DONE='master1=standby=TO master2=active=TO'
	OPTIONS='--option server=yes'
	classic --new-path
	for n in 1 2; do
		tt master${n}host $NEW ttDaemonAdmin -stopserver >/dev/null 2>&1 || :
	done
	await '! ctl check sales --to "$TO" --option server=yes | grep -q "runs already"' 20
	;;
replicated-major)
	CREATE='--new-path --auto-ports' DONE='master1=active=TO master2=standby=TO'
	classic --new-path
	;;
*) fail "no such variant: $VARIANT" ;;
esac
[ "${CLASSIC:-no}" = yes ] || DONE="$DONE subscriber1=subscriber=${DONE##*=} subscriber2=subscriber=${DONE##*=}"

# Names, roles and releases, of all members.
who_is_what() {
	pair_json '[.members[] | .name + "=" + .role + "=" + .release] | join(" ")'
}
BEFORE=$(who_is_what)

is_as_before() { # WHEN
	upgrade_is aborted || fail "abort $1: $(pair_json .upgrade.state) $(attention)"
	await '[ "$(who_is_what)" = "$BEFORE" ]' 60
	load_goes_on 30
	[ -z "$(ls "$T"/run/backup/* | grep -E '\.(mig|bac|sta)')" ] || fail "abort $1 left a file"
}

# --- steps ------------------------------------------------------------------------------

plan() { # JQ FILTER
	# shellcheck disable=SC2086
	ctl_now --json plan sales --to "$TO" --procedure "$PROCEDURE" $OPTIONS | jq -r "$1"
}

begin() {
	# shellcheck disable=SC2086
	ctl start sales --to "$TO" --procedure "$PROCEDURE" $OPTIONS >/dev/null ||
		fail "the upgrade was refused: $(cat "$T/ctl.out")"
}

# The words, or so many of them, in order, in $SOME.
some() { # HOW MANY WORD...
	many=$1 SOME=''
	shift
	[ "$SOAK" != 1 ] || many=$#
	while [ "$many" -gt 0 ] && [ $# -gt 0 ]; do
		roll $(($# - many + 1))
		shift "$DICE"
		SOME="$SOME $1"
		shift
		many=$((many - 1))
	done
}

a_moment() {
	roll 400
	sleep "0.$(printf %03d "$DICE")"
}

daemon_dies() {
	daemon_kill9
	daemon_start
}

# Comes to the step's gate, approves it, and is in the middle of the step, or just behind it.
into() { # STEP
	walk_to "$1" 120
	sandbox_knob wait_01 1
	ctl advance sales >/dev/null || fail "gate of $1: $(cat "$T/ctl.out")"
	a_moment
}

abort_is_over() { # WHEN
	AWAITING="abort $1"
	await 'upgrade_is aborted attention completed' 180
	is_as_before "$1"
}

sandbox_knob migrate_rate 3000
sandbox_knob duplicate_rate 3000
sandbox_knob role_delay 1500
plan '.steps[] | select(.gate != null).number' >"$T/steps"
plan '(.steps | map(.no_return // false) | index(true)) as $n
	| .steps[0:($n // length)][] | select(.gate != null).number' >"$T/steps-abort"
[ "$(wc -l <"$T/steps-abort")" -ge 8 ] || fail "steps: $(cat "$T/steps-abort")"
DICE_STATE=$(echo "$SEED $VARIANT" | cksum | cut -d' ' -f1)
# shellcheck disable=SC2046
some 3 $(cat "$T/steps")
kills="${KILLS:-$SOME} "
# shellcheck disable=SC2046
some 1 $(cat "$T/steps-abort")
aborts=${STEPS:-$SOME}
[ "$aborts" != none ] || aborts=''

count=0
for step in $aborts; do
	begin
	walk_to "$step" 120
	steer abort sales --yes
	abort_is_over "at the gate of $step"

	begin
	into "$step"
	at=$(pair_json '.upgrade.step.number // "-"')
	steer abort sales --yes
	a_moment
	daemon_dies
	abort_is_over "in step $step, at $at"
	count=$((count + 2))
done
say "$count aborts around steps$aborts"

begin
killed=''
for step in $(cat "$T/steps"); do
	walk_to "$step" 120
	case " $kills" in *" $step "* | *' all '*) sandbox_knob wait_01 1 ;; esac
	ctl advance sales >/dev/null || fail "gate of $step: $(cat "$T/ctl.out")"
	case " $kills" in *" $step "* | *' all '*) ;; *) continue ;; esac
	a_moment
	daemon_dies
	killed="$killed $step"
done
await 'ended_as completed || upgrade_is attention' 150
ended_as completed || fail "killed in$killed: $(attention)"
nothing_twice
want=$(echo "$DONE" | sed "s/TO/$TO/g; s/OLD/$OLD_RELEASE/g")
await '[ "$(who_is_what)" = "$want" ]' 60
[ -z "$(ls "$T"/run/backup/* | grep -E '\.(mig|bac|sta)')" ] || fail 'a file was left'
if [ "${CLASSIC:-no}" = yes ]; then
	prove_classic
else
	prove
fi
say "$VARIANT: killed in$killed; completed, nothing lost, nothing done twice"
