#!/bin/sh
# Proves that the sandbox behaves: a cluster replicates, refuses what must be refused, and can
# be taken through the online major upgrade by hand. Usage: selftest.sh [TTSIM]
set -u

ttsim=${1:-${top_builddir:-.}/tests/sandbox/ttsim}
[ -x "$ttsim" ] || { echo "selftest: no $ttsim"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/selftest.XXXXXX")
root=$work/cluster
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

old=tt1122
new=tt2211
mkdir -p "$root"
echo 'time_scale = 0.4' >"$root/knobs"
"$ttsim" create "$root" --rows 50 || { bad "create"; exit 1; }

# --- a serving pair -----------------------------------------------------------------------
expect "< ACTIVE, NO GRID >" "master1 is ACTIVE, two columns" role master1host $old master1
expect "< STANDBY, NO GRID >" "master2 is STANDBY" role master2host $old master2
quiet "a row is accepted" master1host $old master1 "insert into app.orders values(1,1,1,'x')"
await "< 51 >" "it reaches the standby" count master2host $old master2
await "< 51 >" "it reaches subscriber1" count sub1host $old subscriber1
await "< 51 >" "it reaches subscriber2" count sub2host $old subscriber2
await "< 00 >" "the wait ends with 00" sql master1host $old master1 \
	"call ttRepSubscriberWait(null,null,'master2','master2host',5)"
expect "< 00 >" "a wrong name waits for nobody" sql master1host $old master1 \
	"call ttRepSubscriberWait(null,null,'nobody','nowhere',5)"
expect "SUBSCRIBER1, SUB1HOST, 30002, start" "ttReplicationStatus" sql master1host $old master1 \
	"call ttReplicationStatus"
expect "MASTER2HOST:MASTER2" "ttLogHolds" sql master1host $old master1 "call ttLogHolds"
expect "< MASTER1HOST, 30000 >" "TTREP.TTSTORES" sql master1host $old master1 \
	"select RTRIM(HOST_NAME), REP_PORT_NUMBER from TTREP.TTSTORES where IS_LOCAL_STORE='01'"
expect "ORDERS" "SYS.TABLES" sql master1host $old master1 \
	"select RTRIM(TBLNAME), NUMTUPS from SYS.TABLES where RTRIM(TBLOWNER)='APP'"
expect "Replication agent is running." "ttStatus" tt master1host $old ttStatus
expect "version=22.1.1.27.0" "ttVersion" tt master1host $new ttVersion -m

# --- refusals -----------------------------------------------------------------------------
expect " 8151: APP.ORDERS" "the standby refuses rows" sql master2host $old master2 \
	"insert into app.orders values(2,1,1,'x')"
expect " 8151: APP.ORDERS" "a subscriber refuses rows" sql sub1host $old subscriber1 \
	"delete from app.orders"
expect " 8145:" "ttRepDeactivate on the standby" sql master2host $old master2 "call ttRepDeactivate"
expect " 8145:" "ttRepStateSave on the standby" sql master2host $old master2 \
	"call ttRepStateSave('FAILED','master1','master1host')"
expect " 8141:" "a subscriber cannot be ACTIVE" sql sub1host $old subscriber1 \
	"call ttRepStateSet('ACTIVE')"
expect " 8002:" "a replicated table is not dropped" sql master1host $old master1 \
	"drop table app.items"
expect " 8150:" "no new port while the agent runs" sql master1host $old master1 \
	"alter active standby pair alter store master1 on \"master1host\" set port 31000"
expect "  907:" "a key is unique" sql master1host $old master1 \
	"insert into app.orders values(1,1,1,'x')"
expect " 2206: Table APP.NOSUCH not found" "an unknown table" sql master1host $old master1 \
	"select * from app.nosuch"
expect "TT0712" "no destroy while in use" tt master2host $old ttDestroy master2
expect "TT17037" "no -state stop in a pair" tt master1host $old ttRepAdmin -receiver \
	-name master2 -state stop master1
status 5 "starting a running agent" tt master1host $old ttAdmin -repStart master1
status 9 "unloading with connections" tt master1host $old ttAdmin -ramUnload master1
status 1 "ttStatus without a daemon" tt master1host $new ttStatus
tt master1host $new ttDaemonAdmin -start >/dev/null
expect "  819:" "another major release does not load it" tt master1host $new \
	ttIsql -v1 -e exit "DSN=master1;AutoCreate=0"
expect "TT0836" "no duplicate onto a database" tt master2host $old ttRepAdmin -duplicate \
	-from master1 -host master1host -uid pat -pwd patpwd master2
status 1 "start and stop at once" tt master1host $old ttAdmin -repStart -repStop master1
status 1 "a grace period of no policy" tt master1host $old ttAdmin -ramGrace 5 master1
status 1 "-wait of 7.0" tt master1host $old ttAdmin -wait -repStart master1
status 1 "an unknown kind of backup" tt master1host $old ttBackup -type image -dir "$work" master1
status 1 "a restore from two places" tt master1host $old ttRestore -i -dir "$work" master1
status 1 "the status of one store, before 22.1" tt master1host $old ttStatus master1
status 1 "the same, by its connection string" tt master1host $old ttStatus -connStr DSN=master1
status 1 "-json, before 22.1" tt master1host $old ttStatus -json
expect "Data store " "of one store, from 22.1 on" tt master1host $new ttStatus master1
expect '"db info"' "-json, from 22.1 on" tt master1host $new ttStatus -json
got=$(timeout 3 "$root/hosts/master1host/opt/$old/bin/ttStatus" -r 1 </dev/null)
if [ $? -eq 124 ] && [ "$(echo "$got" | grep -c 'End of report')" -ge 2 ]; then
	ok "ttStatus -r does not end"
else
	bad "ttStatus -r" "$got"
fi
expect "TimesTen Release 11.2.2.8.35" "-version" tt master1host $old ttAdmin -version
expect "TimesTen Release 22.1.1.27.0" "-V" tt master1host $new ttRepAdmin -V
status 0 "-version of ttIsql" tt master1host $old ttIsql -version
expect "ttBackup {-h | -help | -?}" "-help" tt master1host $old ttBackup -help
status 0 "-? is no error" tt master1host $old ttDestroy '-?'
status 1 "-v is another option" tt master1host $old ttAdmin -v
quiet "a user" master1host $old master1 "create user joe identified by pw1"
expect "15154: User JOE already exists" "the same user again" sql master1host $old master1 \
	"create user Joe identified by pw2"
quiet "his password is changed" master1host $old master1 "alter user joe identified by pw3"
expect "15147:" "nobody of that name is changed" sql master1host $old master1 \
	"alter user jim identified by pw"
expect "15147:" "nobody of that name is dropped" sql master1host $old master1 "drop user jim"
expect " 8191:" "no classic scheme is altered" sql master1host $old master1 \
	"alter replication repl.r alter store master1 on \"master1host\" set port 31000"
expect " 8126:" "no classic scheme beside a pair" sql master1host $old master1 \
	"create replication r element e datastore master master1 on \"master1host\" subscriber master2 on \"master2host\""
expect "TT8191" "-reset of nobody" tt master1host $old ttRepAdmin -receiver -name nobody -reset master1
status 0 "a backup" tt master1host $old ttBackup -dir "$work" -fname b master1
expect "TT0659" "it is not overwritten" tt master1host $old ttBackup -dir "$work" -fname b master1
status 0 "with -force it is" tt master1host $old ttBackup -dir "$work" -fname b -force master1
status 0 "stopping subscriber2" tt sub2host $old ttAdmin -repStop subscriber2
status 6 "stopping it again" tt sub2host $old ttAdmin -repStop subscriber2
status 0 "destroying subscriber2" tt sub2host $old ttDestroy subscriber2
expect "TT0833" "destroying it again" tt sub2host $old ttDestroy subscriber2
expect "  833:" "AutoCreate=0 does not create" tt sub2host $old ttIsql -v1 -e exit \
	"DSN=subscriber2;AutoCreate=0"
expect "TT8144" "a subscriber is not copied from the ACTIVE" tt sub2host $old ttRepAdmin \
	-duplicate -from master1 -host master1host -uid pat -pwd patpwd subscriber2
expect "TT7001" "a wrong password" tt sub2host $old ttRepAdmin \
	-duplicate -from master2 -host master2host -uid pat -pwd wrong subscriber2
status 0 "a subscriber is copied from the STANDBY" tt sub2host $old ttRepAdmin -duplicate \
	-from master2 -host master2host -uid pat -pwd patpwd -setMasterRepStart subscriber2
status 0 "its agent starts" tt sub2host $old ttAdmin -repStart subscriber2
for h in master2host sub1host sub2host; do
	tt $h $new ttDaemonAdmin -start >/dev/null
done

# --- the online major upgrade, by hand, while somebody writes --------------------------------
mkfifo "$work/statements"
"$root/hosts/master1host/opt/$old/bin/ttIsql" -v1 "DSN=master1" \
	<"$work/statements" >"$work/writer.out" 2>&1 &
writer=$!
(
	id=1000
	while [ ! -e "$work/pause" ]; do
		id=$((id + 1))
		echo "insert into app.orders values($id,1,1,'load');"
		sleep 0.01
	done
	: >"$work/paused"
	while [ ! -e "$work/leave" ]; do sleep 0.1; done
	echo "exit"
) >"$work/statements" &

quiet "1 master2 is marked FAILED" master1host $old master1 \
	"call ttRepStateSave('FAILED','master2','master2host')"
status 0 "2 its agent stops" tt master2host $old ttAdmin -repStop master2
quiet "2a the mark is set again" master1host $old master1 \
	"call ttRepStateSave('FAILED','master2','master2host')"
status 0 "3 it is saved" tt master2host $old ttMigrate -c DSN=master2 "$work/master2.mig"
await "There are no connections" "3a it is unloaded" tt master2host $old ttStatus
status 0 "3b the old one is destroyed" tt master2host $old ttDestroy master2
expect "rows restored." "3c the new release restores it" \
	tt master2host $new ttMigrate -r -C 20 DSN=master2 "$work/master2.mig"
status 0 "4 its agent starts" tt master2host $new ttAdmin -repStart master2
await "< RECOVERING >" "4a it catches up" role master2host $new master2
await "< STANDBY >" "4b it is STANDBY across releases" role master2host $new master2
: >"$work/pause"
while [ ! -e "$work/paused" ]; do sleep 0.05; done
await "< 00 >" "6 it has everything" sql master1host $old master1 \
	"call ttRepSubscriberWait(null,null,'master2','master2host',2)"
rows=$(count master1host $old master1)
status 0 "7 the old active's agent stops" tt master1host $old ttAdmin -repStop master1
quiet "7a it is fenced" master1host $old master1 "call ttRepDeactivate"
expect " 8151:" "7b it refuses rows" sql master1host $old master1 \
	"insert into app.orders values(3,1,1,'late')"
quiet "8 master2 is made ACTIVE" master2host $new master2 "call ttRepStateSet('ACTIVE')"
await "< ACTIVE >" "8a it is" role master2host $new master2
expect "$rows" "8b no row is missing" count master2host $new master2
quiet "8c it takes rows" master2host $new master2 "insert into app.orders values(4,1,1,'new')"
quiet "9 master1 is marked FAILED" master2host $new master2 \
	"call ttRepStateSave('FAILED','master1','master1host')"
: >"$work/leave"
wait $writer
status 0 "10 the old active is destroyed" tt master1host $old ttDestroy master1
status 0 "13 master1 is copied from master2" tt master1host $new ttRepAdmin -duplicate \
	-from master2 -host master2host -uid pat -pwd patpwd -setMasterRepStart \
	"DSN=master1;UID=;PWD=;PWDCrypt="
status 0 "a backup of the new release" tt master2host $new ttBackup -dir "$work" -fname n master2
status 0 "of the same database: from 22.1 on once more" tt master2host $new ttBackup -dir "$work" -fname n master2
expect "TT0659" "not of another database" tt master2host $new ttBackup -dir "$work" -fname b master2
status 0 "14 its agent starts" tt master1host $new ttAdmin -repStart master1
await "< STANDBY >" "14a it is STANDBY" role master1host $new master1
for n in 1 2; do
	sub=subscriber$n
	host=sub${n}host
	status 0 "15 $sub: agent stopped" tt $host $old ttAdmin -repStop $sub
	status 0 "16 $sub: destroyed" tt $host $old ttDestroy $sub
	status 0 "18 $sub: copied" tt $host $new ttRepAdmin -duplicate -from master1 \
		-host master1host -uid pat -pwd patpwd -setMasterRepStart $sub
	status 0 "19 $sub: agent started" tt $host $new ttAdmin -repStart $sub
done
quiet "a last row" master2host $new master2 "insert into app.orders values(5,1,1,'end')"
all=$(count master2host $new master2)
await "$all" "subscriber1 has every row" count sub1host $new subscriber1
await "$all" "subscriber2 has every row" count sub2host $new subscriber2
await "$all" "the standby has every row" count master1host $new master1
graves=$(grep -c '"event":"destroy"' "$root/log.jsonl")
if [ "$graves" -ge 5 ]; then ok "graves are in the log"; else bad "graves: $graves"; fi

"$ttsim" stop "$root"
for try in $(seq 100); do # those that were told to end may still be on their way
	left=$(grep -la "$root/host[s]" /proc/[0-9]*/cmdline 2>/dev/null)
	[ -n "$left" ] || break
	sleep 0.1
done
: "$try"
if [ -z "$left" ]; then ok "nothing is left running"; else bad "left running" "$left"; fi
finish
