#!/bin/sh
# Options of procedures, in the pair file and on the command line, which goes before it: what they
# say arrives at the tools, a word or a value that means nothing is refused with what is accepted,
# and an abort leaves what was before.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in resize convert-charset move-directory asp-major; do
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

if [ "$VARIANT" = asp-major ]; then
	TO=$NEW_RELEASE PROCEDURE=asp-major
	scene "127-options-$VARIANT" --gates none
else
	single_scene "127-options-$VARIANT" "$VARIANT" --gates none
fi

refused 'known: .*ram_policy=inUse|always|manual|enduring' --option ram_polcy=always
refused 'ram_policy=inUse|always|manual|enduring' --option ram_policy=sometimes
[ "$TO" = "$NEW_RELEASE" ] || refused 'from 18.1 on' --option ram_policy=enduring
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
move-directory)
	# The pair file names no new place: options do, and it is found there after every restart,
	# until the pair file says it.
	sed -i 's/ dsn_new = "[^"]*"//; s/ path_new = "[^"]*"//' "$T"/run/pairs.d/*.conf
	! grep -q '_new' "$T"/run/pairs.d/*.conf || fail "$(cat "$T"/run/pairs.d/*.conf)"
	daemon_stop
	daemon_start
	await single_is_seen 30
	refused 'path_new may be said with --option'
	place=$ROOT/hosts/master1host/data-new/master1_new
	refused 'no name of a DSN' --option 'dsn_new=x;UID=sys' --option "path_new=$place"
	refused 'no path of a database' --option path_new=data
	refused 'is where master1 is now' --option "path_new=$ROOT/hosts/master1host/data/master1"
	refused 'its members are master1' --option path_new.master9="$place"
	single_start --option dsn_new=master1_new --option path_new.master1="$place" --gates every-step
	walk_to 4a 60
	kill -9 "$DAEMON_PID"
	wait "$DAEMON_PID" || :
	daemon_start
	await 'upgrade_is gated' 30
	steer abort sales --yes
	await 'upgrade_is aborted attention' 60
	single_is_as_before 'at 4a'
	single_start --option dsn_new=master1_new --option path_new="$place"
	await 'upgrade_is completed attention' 90
	upgrade_is completed || fail "$(attention)"
	ran 'ttRestore .*DSN=master1_new' || fail "ttRestore was told another DSN"
	daemon_stop
	daemon_start
	await single_is_seen 30
	load_goes_on 20
	refused 'place.configured' --option path_new="$ROOT/hosts/master1host/data/back"
	sed -i "s|dsn = \"master1\"|dsn = \"master1_new\"|; s|path = \"[^\"]*\"|path = \"$place\"|" \
		"$T"/run/pairs.d/*.conf
	kill -HUP "$DAEMON_PID"
	await single_is_seen 30
	ctl_now check "$PAIR" --to "$TO" --procedure move-directory \
		--option dsn_new=master1 --option path_new="$ROOT/hosts/master1host/data/master1" >"$T/after" || :
	! grep -q place.configured "$T/after" || fail "it is configured: $(cat "$T/after")"
	;;
asp-major)
	refused 'known: .*perm_size' --option keep_old=yes
	refused 'does not end in master1, the store' --option path_new.master1=/data/elsewhere
	start --option perm_size=80 --option ram_policy=enduring
	await 'upgrade_is completed attention' 180
	upgrade_is completed || fail "$(attention)"
	for host in master1 master2 sub1 sub2; do
		dsn=$host
		case $host in sub*) dsn=subscriber${host#sub} ;; esac
		tt ${host}host "$NEW" ttAdmin -query $dsn | grep -q 'RAM Residence Policy *: enduring' ||
			fail "policy of $dsn"
		echo 'dssize; exit' | tt ${host}host "$NEW" ttIsql $dsn |
			grep -q 'PERM_ALLOCATED_SIZE: *81920' || fail "size of $dsn"
	done
	prove
	say "$VARIANT: options arrived"
	exit
	;;
esac
prove_single --expect "$COPY"
say "$VARIANT: options arrived"
