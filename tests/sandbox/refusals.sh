#!/bin/sh
# Proves that the sandbox is not kinder than TimesTen: roles in wrong states, options that the
# syntax does not have, objects that are there already, cached tables, exports that somebody
# writes to meanwhile. Usage: refusals.sh [TTSIM]
set -u

ttsim=${1:-${top_builddir:-.}/tests/sandbox/ttsim}
[ -x "$ttsim" ] || { echo "refusals: no $ttsim"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/refusals.XXXXXX")
root=$work/cluster
# shellcheck source=tap.sh disable=SC2154
. "$(dirname "$0")/tap.sh"

old=tt1122
new=tt2211
m1=master1host
m2=master2host

build() { # OPTION... of create
	[ ! -d "$root" ] || "$ttsim" destroy "$root" >/dev/null
	mkdir -p "$root"
	echo 'time_scale = 0.2' >"$root/knobs"
	"$ttsim" create "$root" --rows 20 "$@" || {
		bad "create"
		exit 1
	}
}
duplicate() { # HOST INSTANCE DSN OPTION...
	duplicate_at=$1 duplicate_in=$2 duplicate_dsn=$3
	shift 3
	tt "$duplicate_at" "$duplicate_in" ttRepAdmin -duplicate -uid pat -pwd patpwd "$@" "$duplicate_dsn"
}
knob() { "$ttsim" knob "$root" "$1" "$2" >/dev/null; }
usage() { # WORDS HOST INSTANCE COMMAND...: a usage error
	usage_words=$1
	shift
	expect "$usage_words" "usage: $usage_words" tt "$@"
	expect "Usage:" "it shows the usage" tt "$@"
}

# --- roles and schemes of a pair ---------------------------------------------------------------
build
expect " 8145:" "ttRepDeactivate on a subscriber" sql sub1host $old subscriber1 "call ttRepDeactivate"
status 0 "-state pause" tt $m1 $old ttRepAdmin -receiver -name master2 -state pause master1
sleep 0.5 # until the transmitter knows: state_latency
quiet "a row that is not sent yet" $m1 $old master1 "insert into app.orders values(701,1,1,'lost')"
status 0 "-reset" tt $m1 $old ttRepAdmin -receiver -name master2 -reset master1
status 0 "-state start" tt $m1 $old ttRepAdmin -receiver -name master2 -state start master1
quiet "a row after that" $m1 $old master1 "insert into app.orders values(702,1,1,'x')"
await "< 702 >" "it arrives" sql $m2 $old master2 "select id from app.orders where id>700"
expect "< 1 >" "what was reset never does" sql $m2 $old master2 "select count(*) from app.orders where id>700"
status 0 "the standby's agent stops" tt $m2 $old ttAdmin -repStop master2
new_port="alter active standby pair alter store master1 on \"master1host\" set port 31000"
expect "16265:" "no new port on the standby" sql $m2 $old master2 "$new_port"
tt sub1host $old ttAdmin -repStop subscriber1 >/dev/null
expect "16265:" "nor on a subscriber" sql sub1host $old subscriber1 "$new_port"
tt $m1 $old ttAdmin -repStop master1 >/dev/null
quiet "on the former active" $m1 $old master1 "$new_port"

# --- what is there already ------------------------------------------------------------------------
status 0 "its agent starts" tt $m1 $old ttAdmin -repStart master1
await "REPLISTENER" "it runs" tt $m1 $old ttStatus
quiet "it leads again" $m1 $old master1 "call ttRepStateSet('ACTIVE')"
await "< ACTIVE, NO GRID >" "it does" role $m1 $old master1
rows=$(count $m1 $old master1)
status 0 "it is saved" tt $m1 $old ttMigrate -c DSN=master1 "$work/m.mig"
status 1 "and restored onto itself" tt $m1 $old ttMigrate -r DSN=master1 "$work/m.mig"
for text in "TT8126" "Replication scheme was not restored." "TT15154" "User was not restored." "TT2207" \
	"Table was not restored."; do
	expect "$text" "says $text" tt $m1 $old ttMigrate -r DSN=master1 "$work/m.mig"
done
expect "$rows" "it has its rows" count $m1 $old master1
expect "< ACTIVE, NO GRID >" "and its role" role $m1 $old master1
usage "-c, -a and -r exclude each other" $m1 $old ttMigrate -c -r master1 "$work/x.mig"
usage "unrecognized option: -restrict" $m1 $old ttMigrate -c -restrict master1 "$work/x.mig"
expect "0/0 rows saved." "-nr saves no rows" tt $m1 $old ttMigrate -c -nr DSN=master1 "$work/nr.mig"

# --- an export while somebody writes (R8.1) -------------------------------------------------------
knob master1host/master1.migrate_rate 20
"$root/hosts/$m1/opt/$old/bin/ttMigrate" -c DSN=master1 "$work/torn.mig" >"$work/torn.out" 2>&1 &
migrate=$!
await "Saving rows" "the first table is being saved" cat "$work/torn.out"
sleep 0.3
quiet "a row meanwhile" $m1 $old master1 "insert into app.orders values(801,1,1,'torn')"
wait $migrate
expect '"torn":true' "the export is stamped" tail -n1 "$work/torn.mig"
expect '"torn":true' "the log says so" grep '"way":"save"' "$root/log.jsonl"
expect "< 1 >" "the database has the row" sql $m1 $old master1 "select count(*) from app.orders where id=801"
status 1 "the export has not" grep -q '^\[801,' "$work/torn.mig"
knob master1host/master1.migrate_rate 0

# --- options of -duplicate and ttAdmin --------------------------------------------------------------
status 0 "its policies" tt sub1host $old ttAdmin -ramPolicy inUse -ramGrace 1 -repPolicy norestart subscriber1
await "There are no connections" "subscriber1 is unloaded" tt sub1host $old ttStatus
status 0 "subscriber1 is destroyed" tt sub1host $old ttDestroy subscriber1
expect "Replication Agent Policy        : manual" "its policies went with it" tt sub1host $old ttAdmin -query subscriber1
expect "TT0833" "no agent without a database" tt sub1host $old ttAdmin -repStart subscriber1
while read -r words; do
	# shellcheck disable=SC2086 # words are options
	expect "Usage:" "-duplicate $words" duplicate sub1host $old subscriber1 -from master2 -host $m2 $words
done <<'OPTIONS'
-keepCG -cacheUid terry -cachePwd terrypwd -noKeepCG
-cacheUid terry -cachePwd terrypwd
-recoveringNode
-keepCG -recoveringNode -deferCacheUpdate -cacheUid terry -cachePwd terrypwd
-setMasterRepStart -noSetMasterRepStart
-localIP 127.0.0.1
-close
-bookmark
OPTIONS
status 1 "nothing was made" test -e "$root/hosts/sub1host/data/subscriber1.ds0"
usage "exclude each other" $m1 $old ttAdmin -cachePolicy always -cacheStop master1
usage "-stopTimeout needs -cacheStop" $m1 $old ttAdmin -stopTimeout 5 master1
usage "unrecognized option: -close" $m1 $old ttAdmin -close master1
tt $m1 $new ttDaemonAdmin -start >/dev/null
usage "-disconnect needs -transactional" $m1 $new ttAdmin -disconnect master1
usage "exclude each other" $m1 $new ttAdmin -disconnect -transactional -abort master1
usage "-immediate needs -disconnect" $m1 $new ttAdmin -immediate master1

# --- cache groups -----------------------------------------------------------------------------------
build --cached 10 --auto-ports
expect "Cache Group APP.CG1:" "cachegroups" sql $m1 $old master1 "cachegroups"
expect "2 cache groups found." "counts them" sql $m2 $old master2 "cachegroups"
for change in "insert into app.prices values(1000,1)" "update app.prices set price=1" "delete from app.prices"; do
	expect " 8225: Table APP.PRICES is read only" "$change" sql $m1 $old master1 "$change"
done
expect " 8151:" "on the standby its role refuses it" sql $m2 $old master2 "delete from app.prices"
expect " 8002:" "a cache group of a pair is not dropped" sql $m1 $old master1 "drop cache group app.cg1"
expect " 1001:" "what changes nothing is refused" sql $m1 $old master1 "unload cache group app.cg1"
expect "TT5145" "no other administrator while the agent runs" tt $m1 $old ttAdmin -cacheUidPwdSet \
	-cacheUid fred -cachePwd x master1
status 0 "the cache agent stops" tt $m1 $old ttAdmin -cacheStop master1
status 0 "policy always starts it" tt $m1 $old ttAdmin -cachePolicy always master1
expect "Cache agent is running." "it runs" tt $m1 $old ttStatus
expect "TT10020" "not by hand" tt $m1 $old ttAdmin -cacheStart master1
expect "TT10021" "nor stopped by hand" tt $m1 $old ttAdmin -cacheStop master1
status 0 "subscriber1: agent stopped" tt sub1host $old ttAdmin -repStop subscriber1
status 0 "destroyed" tt sub1host $old ttDestroy subscriber1
expect "TT16266" "no daemon port when ports are automatic" duplicate sub1host $old subscriber1 -from master2 \
	-host $m2 -noKeepCG -remoteDaemonPort 53396
expect "TT16191" "another character set" duplicate sub1host $old "DSN=subscriber1;DatabaseCharacterSet=WE8DEC" \
	-from master2 -host $m2 -noKeepCG
expect "TT16190" "cache groups: neither" duplicate sub1host $old subscriber1 -from master2 -host $m2
expect "TT12232" "a replicated table is not dropped from the copy" duplicate sub1host $old subscriber1 \
	-from master2 -host $m2 -noKeepCG -drop app.orders
expect "TT0836" "the copy is there" duplicate sub1host $old subscriber1 -from master2 -host $m2 -noKeepCG

# --- return services --------------------------------------------------------------------------------
build --returns "RETURN TWOSAFE" --subscribers 0
row() { echo "insert into app.orders values($1,1,1,'x')"; }
expect " 8099:" "TWOSAFE and AutoCommit" sql $m1 $old master1 "$(row 1)"
quiet "TWOSAFE in a transaction" $m1 $old master1 "autocommit 0; $(row 1); commit; autocommit 1"
expect "< 1 >" "the standby has it at once" sql $m2 $old master2 "select id from app.orders where id=1"
status 0 "the standby's agent stops" tt $m2 $old ttAdmin -repStop master2
expect " 8170:" "nobody acknowledges" sql $m1 $old master1 "autocommit 0; $(row 2); commit"
expect '"return_timeout"' "the log says so" grep return_timeout "$root/log.jsonl"
quiet "it is marked FAILED" $m1 $old master1 "call ttRepStateSave('FAILED','master2','master2host')"
quiet "nobody waits" $m1 $old master1 "autocommit 0; $(row 3); commit"
expect "< 1 >" "that was not in time" sh -c "echo \"< \$(grep -c return_timeout '$root/log.jsonl') >\""

# --- the log of a peer that is away (R2.4, R3.4, R3.5) -----------------------------------------------
tt $m1 $old ttAdmin -repStop master1 >/dev/null
quiet "FAILTHRESHOLD" $m1 $old master1 "alter active standby pair alter store master2 on \"$m2\" set failthreshold 2"
status 0 "the agent starts" tt $m1 $old ttAdmin -repStart master1
await "REPLISTENER" "it runs" tt $m1 $old ttStatus
quiet "it leads again" $m1 $old master1 "call ttRepStateSet('ACTIVE')"
await "< ACTIVE, NO GRID >" "it does" role $m1 $old master1
knob log_file_bytes 400
for id in 11 12 13 14 15 16 17 18; do
	sql $m1 $old master1 "autocommit 0; $(row $id); commit" >/dev/null
done
await "failed" "the peer is failed" sql $m1 $old master1 "call ttReplicationStatus"
status 0 "the standby comes back" tt $m2 $old ttAdmin -repStart master2
await "stop" "it was told, so the peer is stopped" sql $m1 $old master1 "call ttReplicationStatus"
await "< FAILED, NO GRID >" "it knows" role $m2 $old master2
expect "Warning 8025:" "who connects is warned" sql $m2 $old master2 ""
knob $m1/master1.log_full 100
expect "  781: Commit failed" "no space for the log" sql $m1 $old master1 "autocommit 0; $(row 21); commit"
knob $m1/master1.log_full 0
quiet "space again" $m1 $old master1 "autocommit 0; $(row 21); commit"

# --- another instance, forced disconnection ----------------------------------------------------------
tt $m1 $new ttDaemonAdmin -start >/dev/null
expect "TT0712" "what the old release has in memory is not destroyed, not even with -force" \
	tt $m1 $new ttDestroy -force master1
expect "< ACTIVE, NO GRID >" "it serves" role $m1 $old master1

# --- before 7.0 (R9.3) ---------------------------------------------------------------------------------
build --classic --old 6.0.17 --new 7.0.5.1.0 --charset TIMESTEN8 --start-new
tt $m2 $old ttAdmin -repStop master2 >/dev/null
status 0 "saved" tt $m2 $old ttMigrate -c DSN=master2 "$work/6.mig"
await "There are no connections" "unloaded" tt $m2 $old ttStatus
status 0 "destroyed" tt $m2 $old ttDestroy master2
status 0 "restored" tt $m2 $new ttMigrate -r -noCharsetConversion DSN=master2 "$work/6.mig"
expect " 1001:" "6.0 has no WHENEVER" sql $m1 $old master1 "whenever sqlerror exit failure"
for option in reset 'state stop' 'state start'; do
	# shellcheck disable=SC2086 # an option and its value
	tt $m2 $new ttRepAdmin -receiver -name master1 -$option master2
done
status 0 "started" tt $m2 $new ttAdmin -repStart master2
await "-insecure-backwards-compat" "the newer main daemon does not speak with it" \
	cat "$root/hosts/$m2/opt/$new/diag/tterrors.log"
echo "-insecure-backwards-compat" >>"$root/hosts/$m2/opt/$new/info/ttendaemon.options"
quiet "a row" $m1 $old master1 "insert into app.orders values(31,1,1,'x')"
await "< 31 >" "it arrives when it is told to" sql $m2 $new master2 "select id from app.orders where id=31"

"$ttsim" destroy "$root"
finish
