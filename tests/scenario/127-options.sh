#!/bin/sh
# Options of procedures, in the pair file and on the command line, which goes before it: what they
# say arrives at the tools, a word or a value that means nothing is refused with what is accepted,
# and an abort leaves what was before.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in resize convert-charset; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

ran() { # TEXT of the tool's command line
	saw '.event == "utility_begun"' | jq -r '[.utility] + .argv | join(" ")' | grep -qe "$1"
}

refused() { # TEXT OPTION... of upgradectl check
	text=$1
	shift
	! ctl_now check "$PAIR" --to "$TO" --procedure "$PROCEDURE" "$@" >"$T/refusal" 2>&1 ||
		fail "accepted: $*"
	grep -qe "$text" "$T/refusal" || fail "$*: $(cat "$T/refusal")"
}

ram_policy_is() { # POLICY INSTANCE DSN
	tt master1host "$2" ttAdmin -query "$3" >"$T/policies"
	grep -qi "RAM Residence Policy *: *$1" "$T/policies" || fail "$(cat "$T/policies")"
}

# OPTION... that the command line says; the pair file says $INFILE.
in_file() { # KEY=VALUE...
	list=''
	for option; do
		list="$list${list:+, }\"$option\""
	done
	sed -i "s/^\([[:space:]]*\)gates *=/\1options = { $list }\n&/" "$T"/run/pairs.d/*.conf
	"$UPGRADED" -c "$CONF" -t >"$T/test.out" 2>&1 || fail "$(cat "$T/test.out")"
	daemon_stop
	daemon_start
	await single_is_seen 30
}

single_scene "127-options-$VARIANT" "$VARIANT" --gates none

refused 'known: .*ram_policy=inUse|always|manual|enduring' --option ram_polcy=always
refused 'ram_policy=inUse|always|manual|enduring' --option ram_policy=sometimes
refused 'from 18.1 on' --option ram_policy=enduring
refused 'ram_policy=inUse besides' --option ram_grace=5
refused 'checkpoint_mb=1..100000' --option checkpoint_mb=0

case $VARIANT in
resize)
	refused 'perm_size=1' --option perm_size=-3
	refused 'perm_size=1 is below what is in use' --option perm_size=1
	in_file ram_policy=always checkpoint_mb=7 perm_size=40
	ctl_now plan "$PAIR" --to "$TO" --procedure resize --option perm_size=48 >"$T/plan"
	grep -q 'options  *perm_size=48, ram_policy=always, checkpoint_mb=7' "$T/plan" ||
		fail "the plan says: $(head -5 "$T/plan")"
	grep -q 'PermSize=48' "$T/plan" || fail "no size in the plan"
	single_start --option perm_size=48 --gates every-step
	walk_to 5 60
	steer abort sales --yes
	await 'upgrade_is aborted attention' 60
	single_is_as_before 'at 5'
	single_start --option perm_size=48
	await 'upgrade_is completed attention' 90
	upgrade_is completed || fail "$(attention)"
	ran 'ttMigrate -r .*-C 7 .*;PermSize=48' || fail "ttMigrate was told something else"
	ctl_now show "$(last_upgrade .id)" | grep -q 'options  *perm_size=48' || fail "show says nothing"
	ram_policy_is always "$OLD" master1_new
	echo 'dssize; exit' | tt master1host "$OLD" ttIsql master1_new >"$T/size"
	grep -q 'PERM_ALLOCATED_SIZE: *49152' "$T/size" || fail "$(cat "$T/size")"
	;;
convert-charset)
	refused 'DatabaseCharacterSet' --option 'charset=AL32;UID=sys'
	refused 'is TIMESTEN8 already' --option charset=timesten8
	in_file charset=AL32UTF8 ram_policy=inUse ram_grace=4
	single_start --option charset=WE8MSWIN1252
	await 'upgrade_is completed attention' 90
	upgrade_is completed || fail "$(attention)"
	ran 'ttMigrate -r .*;DatabaseCharacterSet=WE8MSWIN1252' || fail "ttMigrate was told something else"
	ran 'ttAdmin -ramPolicy inUse -ramGrace 4' || fail "no grace period"
	ram_policy_is inUse "$NEW" master1
	grep -qi 'Grace.*: 4' "$T/policies" || fail "$(cat "$T/policies")"
	;;
esac
prove_single --expect "$COPY"
say "$VARIANT: options arrived"
