#!/bin/sh
# A minor upgrade by an account that is no superuser, has the rights that doc/postgresql.md
# lists and no other, its password in a file that is nobody else's, and talks to servers that
# let nobody in without TLS and have to prove who they are.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 210-tls
pg_releases 15.18 15.20
needs_daemon
pg_up --limited --tls

# As systemd puts it: readable, and nobody's to write.
SUPERVISOR_PASSFILE=$T/credentials/pgpass
mkdir "$T/credentials"
cp "$PGROOT/pgpass" "$SUPERVISOR_PASSFILE"
chmod 400 "$SUPERVISOR_PASSFILE"

# The statements between the fences, without the first: the role is there.
grants() {
	sed -n '/^```sql/,/^```$/p' "$abs_top_srcdir/doc/postgresql.md" | sed -n '/^GRANT/p'
}

finding() { # RULE
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" || :
	jq -r --arg rule "$1" '.findings[] | select(.rule == $rule) | .finding + "; " + .remedy' "$T/check.json"
}

pg_pair_config
load_start --rate 200
daemon_start
await pair_is_seen 60

say 'no rights yet'
await 'finding pg.account | grep -q pg_promote' 60
finding pg.account | grep -q 'membership in pg_checkpoint.*ALTER SYSTEM ON PARAMETER primary_conninfo' ||
	fail "not all rights are named: $(finding pg.account)"
ctl_gives 8 start "$PAIR" --to "$NEW_RELEASE"

say 'the rights of the page'
[ "$(grants | wc -l)" -ge 6 ] || fail 'the page has no grants'
grants | while IFS= read -r grant; do
	pg_sql a postgres "$grant" || fail "$grant"
done
for database in $DATABASES; do
	pg_sql a postgres "GRANT CREATE ON DATABASE $database TO upgraded"
done
[ "$(pg_sql a postgres "SELECT rolsuper FROM pg_roles WHERE rolname = 'upgraded'")" = f ] || fail 'a superuser'
await pg_is_quiet 60
no_blockers() {
	finding pg.account >"$T/account"
	jq -e '[.findings[] | select(.severity == "blocker" or .rule == "pg.seen")] == []' "$T/check.json" >/dev/null
}
await 'no_blockers || grep -q pg.host-login "$T/check.json"' 60
if [ "$(id -u)" -eq 0 ]; then
	finding pg.host-login | grep -q 'no password supplied' || fail 'the owner of the clusters logs in'
	say 'its owner is the owner of the clusters'
	chmod 711 "$T/credentials"
	chown "$(pg_owner)" "$SUPERVISOR_PASSFILE"
fi
await no_blockers 60
[ ! -s "$T/account" ] || fail "$(cat "$T/account")"
[ "$(pg_sql a postgres "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
	WHERE usename = 'upgraded'")" = t ] || fail 'a session without TLS'

say 'the upgrade'
start
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "attention: $(attention)"
for member in $MEMBERS; do
	[ "$(pg_release_of "$member")" = "$NEW_RELEASE" ] || fail "$member is still of the old release"
done
active=$(pg_actives)
[ "$(pg_sql "$active" postgres "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_replication USING (pid) WHERE ssl")" -ge 1 ] ||
	fail 'the standby streams without TLS'
prove

say 'a server that is not who it says'
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=strangers -keyout "$T/k" -out "$PGROOT/ca.crt" >/dev/null 2>&1
daemon_stop
daemon_start
await 'ctl_now status "$PAIR" | grep -qi "certificate verify failed"' 60
