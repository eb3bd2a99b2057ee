#!/bin/sh
# Clusters whose configuration is not in their data directories, as Debian has them: check names
# them and the line that is missing, and with that line a minor upgrade goes as always.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 211-debian-layout
pg_releases 15.18 15.20
needs_daemon
pg_up

# As pg_createcluster does, and as pg_ctlcluster starts it.
move_configuration() { # MEMBER
	etc=$PGROOT/etc/$1
	pg_stop "$1"
	pg_as mkdir -p "$etc"
	for file in postgresql.conf pg_hba.conf pg_ident.conf; do
		mv "$PGROOT/$1/$file" "$etc"
	done
	cat >>"$etc/postgresql.conf" <<-EOF
		data_directory = '$PGROOT/$1'
		hba_file = '$etc/pg_hba.conf'
		ident_file = '$etc/pg_ident.conf'
	EOF
	pg_as "$OLD_BIN/pg_ctl" -D "$PGROOT/$1" -o "-c config_file=$etc/postgresql.conf" \
		-l "$PGROOT/log/$1.log" -w -t 120 start >"$T/pg_ctl.log" 2>&1 || fail "$1 does not start"
}

for member in $MEMBERS; do
	move_configuration "$member"
done
pg_pair_config
load_start --rate 200
daemon_start
await pair_is_seen 60

named() {
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" || :
	jq -r '.findings[] | select(.rule == "pg.config-file") | .member' "$T/check.json" | xargs
}

say 'three configurations are elsewhere'
await '[ "$(named)" = "a b r1" ]' 60
jq -e --arg file "$PGROOT/etc/b/postgresql.conf" \
	'any(.findings[]; .rule == "pg.config-file" and (.finding | contains($file)))' "$T/check.json" >/dev/null ||
	fail 'the file is not named'
ctl_gives 8 start "$PAIR" --to "$NEW_RELEASE"

say 'one line in each data directory'
for member in $MEMBERS; do
	# shellcheck disable=SC2016 # its own
	pg_as sh -c 'echo "include '\''$1'\''" >"$2"' sh "$PGROOT/etc/$member/postgresql.conf" \
		"$PGROOT/$member/postgresql.conf"
done
await '[ -z "$(named)" ]' 60
start
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "attention: $(attention)"
for member in $MEMBERS; do
	[ "$(pg_release_of "$member")" = "$NEW_RELEASE" ] || fail "$member is still of the old release"
	[ "$(pg_sql "$member" postgres 'SHOW hba_file')" = "$PGROOT/etc/$member/pg_hba.conf" ] ||
		fail "$member lost its configuration"
done
prove
