#!/bin/sh
# TimesTen's own record of upgrades: each ttMigrate -r of a replicated database leaves its scheme
# in tables of TTREP_SCHEMA_VERSION_nnn. They are listed with their tables, compared, and told in
# the record; they stay, or are dropped at the end when that was asked for.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in dropped kept; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

owners() { # HOST DSN
	tt "$1" $NEW ttIsql -v1 -e 'select distinct RTRIM(TBLOWNER) from SYS.TABLES; exit' "$2" |
		sed -n 's/^< *\(TTREP_SCHEMA_VERSION_[0-9]*\) *>.*/\1/p' | sort | tr '\n' ' '
}

owners_are() { # WANTED HOST:DSN...
	wanted=$1
	shift
	for where; do
		is=$(owners "${where%:*}" "${where#*:}")
		[ "$is" = "$wanted" ] || fail "${where#*:} has '$is', not '$wanted'"
	done
}

recorded() { # PATTERN
	ctl_now show "$(last_upgrade .id)" >"$T/show"
	grep -Eq "$1" "$T/show" || fail "the record does not say $1: $(cat "$T/show")"
	last_upgrade '.record | join("\n")' | grep -Eq "$1" || fail "the API does not say $1"
}

case $VARIANT in
dropped)
	scene 115-schemes-dropped --gates none --limit write_pause=5s
	# An earlier migration: automatic ports, and no table REPELEMENTS.
	tt master2host $OLD ttIsql -v1 -e 'create table TTREP_SCHEMA_VERSION_004.TTSTORES as select TT_STORE_ID, HOST_NAME, TT_STORE_NAME, IS_LOCAL_STORE, 0 REP_PORT_NUMBER from TTREP.TTSTORES; exit' master2 >/dev/null
	ctl_now check sales --to "$NEW_RELEASE" >"$T/check" || :
	grep -A2 'schemes.kept' "$T/check" | grep -q TTREP_SCHEMA_VERSION_004 ||
		fail "check does not tell: $(cat "$T/check")"
	start --option drop_schema_versions=yes
	await 'upgrade_is completed attention' 120
	upgrade_is completed || fail "$(attention)"
	owners_are '' master1host:master1 master2host:master2 sub1host:subscriber1 sub2host:subscriber2
	recorded 'TTREP_SCHEMA_VERSION_004 \(TTSTORES\), compared with 005: it differs; only in 004: .*MASTER1@MASTER1HOST:0.*; only in 005: .*MASTER1@MASTER1HOST:300'
	recorded 'TTREP_SCHEMA_VERSION_005 \(.*REPELEMENTS.*REPSUBSCRIPTIONS.*TTSTORES\), compared with the scheme of today: the same'
	for name in master1 master2 subscriber1 subscriber2; do
		recorded "$name: tables of TTREP_SCHEMA_VERSION_nnn dropped"
	done
	# Not before every member was seen in its place.
	id=$(last_upgrade .id)
	ctl_now --json log "$id" >"$T/commands.json"
	jq -r '.. | objects | select(has("command") and has("verdict")) | .number + " " + .command' \
		"$T/commands.json" | grep 'DROP TABLE' | cut -d' ' -f1 | sort -u | tr '\n' ' ' >"$T/at"
	grep -q '^20e 20f 20g' "$T/at" || fail "dropped at $(cat "$T/at")"
	prove --pause-limit-ms 6000
	;;
kept)
	scene_classic 115-schemes-kept --gates none --limit write_pause=5s
	start
	await 'upgrade_is completed attention' 120
	upgrade_is completed || fail "$(attention)"
	owners_are 'TTREP_SCHEMA_VERSION_004 ' master1host:master1 master2host:master2
	for name in master1 master2; do
		recorded "$name: TTREP_SCHEMA_VERSION_004 \\(.*TTSTORES\\), compared with the scheme of today: the same"
	done
	recorded 'drop_schema_versions=yes'
	prove_classic
	;;
esac
say "$VARIANT: the schemes that ttMigrate kept are in the record"
