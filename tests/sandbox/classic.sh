#!/bin/sh
# Proves what the sandbox knows of classic schemes: two databases send to each other, either can
# be taken through the chapter's online upgrade by hand while somebody writes to the other, and
# the ways to do it wrong lose rows, or let nothing flow. Usage: classic.sh [TTSIM]
set -u

ttsim=${1:-${top_builddir:-.}/tests/sandbox/ttsim}
[ -x "$ttsim" ] || { echo "classic: no $ttsim"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/classic.XXXXXX")
root=$work/cluster
# shellcheck source=tap.sh disable=SC2154
. "$(dirname "$0")/tap.sh"

old=tt1122
new=tt2211

# A sandbox whose times are short; OPTION... of create.
build() {
	[ ! -d "$root" ] || "$ttsim" destroy "$root" >/dev/null
	mkdir -p "$root"
	echo 'time_scale = 0.2' >"$root/knobs"
	"$ttsim" create "$root" --classic --rows 50 --start-new "$@" || {
		bad "create"
		exit 1
	}
}

receiver() { # HOST INSTANCE DSN OF OPTION...
	receiver_at=$1 receiver_in=$2 receiver_dsn=$3 receiver_of=$4
	shift 4
	tt "$receiver_at" "$receiver_in" ttRepAdmin -connStr "DSN=$receiver_dsn" -receiver \
		-name "$receiver_of" "$@"
}
peers() { sql "$1" "$2" "$3" "call ttReplicationStatus"; }
marker() { sql "$1" "$2" "$3" "select tag from ops.upgrade_marker where id=1"; }
mark() { # HOST INSTANCE DSN TAG
	quiet "a marker is committed on $3" "$1" "$2" "$3" \
		"delete from ops.upgrade_marker where id=1; insert into ops.upgrade_marker values(1,'$4')"
}

# --- two masters ----------------------------------------------------------------------------
build
quiet "master1 takes rows" master1host $old master1 "insert into app.orders values(1,1,1,'x')"
quiet "master2 takes rows" master2host $old master2 "insert into app.orders values(2,1,1,'x')"
await "< 52 >" "master2 has both" count master2host $old master2
await "< 52 >" "master1 has both" count master1host $old master1
await "< 00 >" "the wait ends with 00" sql master2host $old master2 \
	"call ttRepSubscriberWait(null,null,'master1','master1host',5)"
expect "MASTER2, MASTER2HOST, 30001, start" "ttReplicationStatus" peers master1host $old master1
expect "REPSCHEME, REPL" "its name" peers master1host $old master1
expect "< REPSCHEME " "TTREP.REPLICATIONS" sql master1host $old master1 \
	"select REPLICATION_NAME from TTREP.REPLICATIONS"
expect " 8162:" "there is no state" role master1host $old master1
pair_of_two="element e datastore master master1 on \"master1host\" subscriber master2 on \"master2host\""
expect " 8176:" "no scheme beside it that has every table" sql master1host $old master1 \
	"create replication r $pair_of_two"
expect " 8154:" "no second scheme of its name" sql master1host $old master1 \
	"create replication repl.repscheme $pair_of_two"
expect " 8126:" "no pair beside it" sql master1host $old master1 \
	"create active standby pair master1 on \"master1host\", master2 on \"master2host\""
expect " 8191:" "no other scheme is altered" sql master1host $old master1 \
	"alter replication repl.other alter store master1 on \"master1host\" set port 31000"
expect " 8191:" "no other scheme is dropped" sql master1host $old master1 "drop replication repl.other"
expect " 8191:" "no pair is dropped" sql master1host $old master1 "drop active standby pair"
expect " 8150:" "it is not dropped while the agent runs" sql master1host $old master1 \
	"drop replication repl.repscheme"
expect " 8150:" "no new port while the agent runs" sql master1host $old master1 \
	"alter replication repl.repscheme alter store master1 on \"master1host\" set port 31000"
status 0 "without its agent" tt master1host $old ttAdmin -repStop master1
expect " 8191:" "a store that is not in it" sql master1host $old master1 \
	"alter replication repl.repscheme alter store master1 on \"master1host\" set port 31000 alter store master3 on \"master3host\" set port 31001"
expect "MASTER1HOST, 30000" "nothing of that was done" sql master1host $old master1 \
	"select RTRIM(HOST_NAME), REP_PORT_NUMBER from TTREP.TTSTORES where IS_LOCAL_STORE='01'"
status 0 "its agent" tt master1host $old ttAdmin -repStart master1
await "Replication agent is running" "it runs" tt master1host $old ttStatus
status 0 "-state pause" receiver master1host $old master1 master2 -state pause
expect "pause" "it is paused" peers master1host $old master1
sleep 0.5 # until the transmitter knows: state_latency
quiet "a row while paused" master1host $old master1 "insert into app.orders values(3,1,1,'x')"
quiet "a row the other way" master2host $old master2 "insert into app.orders values(4,1,1,'x')"
await "< 54 >" "the other way goes on" count master1host $old master1
expect "< 53 >" "nothing came" count master2host $old master2
status 0 "-state start" receiver master1host $old master1 master2 -state start
await "< 54 >" "what was kept arrives" count master2host $old master2

# --- the chapter, by hand -----------------------------------------------------------------------
# U's database goes to the new release while rows are committed on A, of the release AI.
side() { # U UHOST A AHOST AI
	U=$1 UH=$2 A=$3 AH=$4 AI=$5
	status 0 "2 $A to $U: pause" receiver "$AH" "$AI" "$A" "$U" -state pause
	quiet "2 $A goes on" "$AH" "$AI" "$A" "insert into app.orders values($((number + 1000)),1,1,'a')"
	mark "$UH" $old "$U" "drain-$U"
	await "drain-$U" "3 it arrives at $A" marker "$AH" "$AI" "$A"
	status 0 "4 $U: agent stopped" tt "$UH" $old ttAdmin -repStop "$U"
	status 0 "4 $A: agent stopped" tt "$AH" "$AI" ttAdmin -repStop "$A"
	status 0 "5 $U to $A: stop" receiver "$UH" $old "$U" "$A" -state stop
	status 0 "6 $U is saved" tt "$UH" $old ttMigrate -c "DSN=$U" "$work/$U.mig"
	await "There are no connections" "7 it is unloaded" tt "$UH" $old ttStatus
	status 0 "7 $U is destroyed" tt "$UH" $old ttDestroy "$U"
	status 0 "7 $A: agent started" tt "$AH" "$AI" ttAdmin -repStart "$A"
	quiet "8 $A goes on" "$AH" "$AI" "$A" "insert into app.orders values($((number + 1000)),1,1,'b')"
	expect "rows restored." "9 $U is restored" tt "$UH" $new ttMigrate -r "DSN=$U" "$work/$U.mig"
	[ "$6" = no-reset ] || status 0 "10 reset" receiver "$UH" $new "$U" "$A" -reset
	status 0 "10 stop" receiver "$UH" $new "$U" "$A" -state stop
	status 0 "10 start" receiver "$UH" $new "$U" "$A" -state start
	status 0 "11 $U: agent started" tt "$UH" $new ttAdmin -repStart "$U"
	status 0 "8 $A to $U: start" receiver "$AH" "$AI" "$A" "$U" -state start
	mark "$AH" "$AI" "$A" "back-$U"
	await "back-$U" "12 it arrives at $U" marker "$UH" $new "$U"
}
side master2 master2host master1 master1host $old reset
all=$(count master1host $old master1)
await "$all" "no row is missing in master2" count master2host $new master2
mark master2host $new master2 "there"
await "there" "12 rows go from the new release to the old one" marker master1host $old master1
side master1 master1host master2 master2host $new reset
all=$(count master2host $new master2)
await "$all" "no row is missing in master1" count master1host $new master1
mark master1host $new master1 "and back"
await "and back" "rows go back" marker master2host $new master2

# --- how not to do it ---------------------------------------------------------------------------
build
side master2 master2host master1 master1host $old no-reset
quiet "a row of master2" master2host $new master2 "insert into app.orders values(7,1,1,'x')"
await '"verdict":"stale"' "without -reset the numbers are stale" cat "$root/log.jsonl"
expect "< 0 >" "and nothing flows" sql master1host $old master1 "select count(*) from app.orders where id=7"

build
status 0 "stop instead of pause" receiver master1host $old master1 master2 -state stop
sleep 0.5
quiet "a row while stopped" master1host $old master1 "insert into app.orders values(5,1,1,'lost')"
status 0 "start" receiver master1host $old master1 master2 -state start
mark master1host $old master1 "later"
await "later" "what comes later arrives" marker master2host $old master2
expect "< 0 >" "what was stopped is lost" sql master2host $old master2 \
	"select count(*) from app.orders where id=5"

status 0 "agents stop" tt master2host $old ttAdmin -repStop master2
quiet "a row that is not drained" master2host $old master2 "insert into app.orders values(6,1,1,'lost')"
status 0 "every receiver is reset" tt master2host $old ttRepAdmin -connStr DSN=master2 -receiver -reset
status 0 "stop" receiver master2host $old master2 master1 -state stop
status 0 "start" receiver master2host $old master2 master1 -state start
status 0 "its agent starts" tt master2host $old ttAdmin -repStart master2
mark master2host $old master2 "after"
await "after" "what comes later arrives" marker master1host $old master1
expect "< 0 >" "what was not drained is lost" sql master1host $old master1 \
	"select count(*) from app.orders where id=6"

# --- a copy, and ports --------------------------------------------------------------------------
status 0 "master2: agent stopped" tt master2host $old ttAdmin -repStop master2
await "There are no connections" "it is unloaded" tt master2host $old ttStatus
status 0 "it is destroyed" tt master2host $old ttDestroy master2
status 0 "it is copied from master1" tt master2host $old ttRepAdmin -duplicate -from master1 \
	-host master1host -uid pat -pwd patpwd -setMasterRepStart master2
status 0 "its agent starts" tt master2host $old ttAdmin -repStart master2
mark master2host $old master2 "copied"
await "copied" "the copy sends" marker master1host $old master1
mark master1host $old master1 "to the copy"
await "to the copy" "and receives" marker master2host $old master2

build --auto-ports
tt master2host $old ttAdmin -repStop master2 >/dev/null
status 0 "saved" tt master2host $old ttMigrate -c DSN=master2 "$work/auto.mig"
await "There are no connections" "unloaded" tt master2host $old ttStatus
status 0 "destroyed" tt master2host $old ttDestroy master2
status 0 "restored" tt master2host $new ttMigrate -r DSN=master2 "$work/auto.mig"
status 0 "started" tt master2host $new ttAdmin -repStart master2
await "releases differ and ports are automatic" "automatic ports do not cross releases" \
	cat "$root/hosts/master1host/opt/$old/diag/tterrors.log" \
	"$root/hosts/master2host/opt/$new/diag/tterrors.log"

# --- 26.1, and a patch level that does not know its passwords ----------------------------------
build --old 22.1.1.27.0 --new 26.1.1.1.0
tt master2host $old ttAdmin -repStop master2 >/dev/null
status 0 "saved" tt master2host $old ttMigrate -c DSN=master2 "$work/26.mig"
await "There are no connections" "unloaded" tt master2host $old ttStatus
status 0 "destroyed" tt master2host $old ttDestroy master2
status 0 "restored" tt master2host $new ttMigrate -r DSN=master2 "$work/26.mig"
status 0 "started" tt master2host $new ttAdmin -repStart master2
await "authentication failure" "22.1.1.27.0 does not reach 26.1" \
	cat "$root/hosts/master1host/opt/$old/diag/tterrors.log" \
	"$root/hosts/master2host/opt/$new/diag/tterrors.log"

# --- a scheme is dropped, and made anew ---------------------------------------------------------
tt master2host $new ttAdmin -repStop master2 >/dev/null
quiet "dropped" master2host $new master2 "drop replication repl.repscheme"
expect " 8191:" "dropped again" sql master2host $new master2 "drop replication repl.repscheme"
both="element e datastore master master2 on \"master2host\" subscriber m on \"master2host\" store master2 on \"master2host\" port 31000"
expect "17009:" "two stores of a host with one port" sql master2host $new master2 \
	"create replication repl.r $both store m on \"master2host\" port 31000"
expect "8191:" "a store of another host" sql master2host $new master2 \
	"create replication repl.r element e datastore master master1 on \"master1host\" subscriber m on \"master1host\""
quiet "with two ports" master2host $new master2 \
	"create replication repl.r $both store m on \"master2host\" port 31001"
expect "17009:" "nor may it be altered to one" sql master2host $new master2 \
	"alter replication repl.r alter store m on \"master2host\" set port 31000"
finish
