# lib.sh: what every scenario on real PostgreSQL servers starts with. POSIX sh; a scenario does:
#
#   . "${srcdir:-.}/tests/postgres/lib.sh"
#   scenario 100-asp-patch            # a folder of its own below TMPDIR, and its clean end
#   pg_releases 13.16 13.23           # from, to; skips when this machine cannot have them
#   pg_up                             # a, its standby b, r1 that cascades from b
#   pg_pair_config --gates none
#   load_start --rate 300
#   daemon_start
#   start                             # upgradectl start orders --to $NEW_RELEASE
#   await 'upgrade_is completed' 120
#   load_stop
#   verdict_must_pass
#
# It is tests/scenario/more.sh with another scene: scenario, await, ctl, start, upgrade_is, walk_to,
# retry_until_completed and the rest are those. Below are the servers, the applications and the
# verdict. Every scenario has a loopback address of its own, so ports are always the same and
# several scenarios can run at once. Servers run as user postgres when we are root, else as us.
#
# From the environment: PG_FROM, PG_TO (13, or 13.16: releases instead of those in the script),
# UPGRADED_CACHE (see fetch.sh), SEEDS, KEEP, TMPDIR and the rest of tests/scenario/lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # names that lib.sh and its stories read

: "${abs_top_srcdir:=$(cd "${srcdir:-.}" && pwd)}"
PAIR=orders
# shellcheck source=../scenario/more.sh
. "$abs_top_srcdir/tests/scenario/more.sh"

LAB=$abs_top_srcdir/tests/postgres
HOSTS_SH=$abs_top_srcdir/tests/ssh/hosts.sh
PGLOAD=$abs_top_builddir/tests/postgres/pgload
VERDICT=$LAB/verdict
DATABASES='shop crm'
POOLER_PORT=6432

IP='' TLS='' PGROOT='' MEMBERS='' OLD_BIN='' NEW_BIN='' PSQL='' POOLER=''
APP_PASSWORD='' SUPERVISOR_PASSWORD='' REPLICATION_PASSWORD=''

# --- the scene that lib.sh and more.sh ask for --------------------------------------------

scene_programs() {
	echo "$PGLOAD" "$LOADCTL" "$VERDICT"
}

scene_end() {
	[ ! -d "$T/hosts" ] || "$HOSTS_SH" down "$T/hosts"
	[ -n "$PGROOT" ] || return 0
	for file in "$PGROOT"/*/postmaster.pid "$PGROOT"/pooler*/*.pid; do
		[ -s "$file" ] && read -r pid <"$file" && end_server "$pid" "${file%/*}"
	done
}

scene_words() {
	for file in "$PGROOT"/log/*.log; do
		last_words "$file"
	done
	for member in $MEMBERS; do
		echo "--- $member: $(pg_role "$member") of $(pg_release_of "$member"), $(pg_data "$member")"
	done
}

# Not every machine has somebody who buries: a zombie is gone.
is_gone() { # PID
	! grep -q '^[0-9]* (.*) [^ZX]' "/proc/$1/stat" 2>/dev/null
}

# A server that may be frozen ends, with its children; it takes its shared memory with it.
end_server() { # PID FOLDER
	grep -qsF "$2" "/proc/$1/cmdline" || return 0
	kill -QUIT "$1"
	kill -CONT "$1"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		! is_gone "$1" || return 0
		sleep 0.1
	done
	# shellcheck disable=SC2046
	kill -9 "$1" $(pg_children "$1") 2>/dev/null
}

# --- releases -----------------------------------------------------------------------------

pg_list() {
	cache=${UPGRADED_CACHE:-}
	if [ ! -e "${cache:-/var/cache/upgraded/postgresql}/.looked" ] &&
		[ ! -e "${cache:-${HOME:-}/.cache/upgraded/postgresql}/.looked" ]; then
		"$LAB/fetch.sh" ${cache:+"$cache"} 2>>"$T/fetch.log"
	else
		"$LAB/fetch.sh" --list ${cache:+"$cache"}
	fi
}

# The folder of programs of a release; of a major, its youngest.
pg_bin_of() { # MAJOR | RELEASE
	pg_list | awk -v want="$1" '
		$1 == want || index($1, want ".") == 1 { bin = $2 }
		END { print bin }'
}

pg_number() { # BIN
	"$1/postgres" -V | sed 's/^[^0-9]*\([0-9.]*\).*/\1/'
}

# What this story needs; without it, it is skipped.
pg_releases() { # FROM TO
	OLD_BIN=$(pg_bin_of "${PG_FROM:-$1}")
	NEW_BIN=$(pg_bin_of "${PG_TO:-$2}")
	[ -n "$OLD_BIN" ] || skip "no PostgreSQL ${PG_FROM:-$1} on this machine: see tests/postgres/fetch.sh"
	[ -n "$NEW_BIN" ] || skip "no PostgreSQL ${PG_TO:-$2} on this machine: see tests/postgres/fetch.sh"
	OLD_RELEASE=$(pg_number "$OLD_BIN")
	NEW_RELEASE=$(pg_number "$NEW_BIN")
	PSQL=$NEW_BIN/psql
	say "PostgreSQL $OLD_RELEASE to $NEW_RELEASE"
}

# --- servers ------------------------------------------------------------------------------

# As the owner of the clusters, with nothing of our environment.
pg_as() { # PROGRAM ARG...
	if [ "$(id -u)" -eq 0 ]; then
		(cd "$PGROOT" && setpriv --reuid=postgres --regid=postgres --init-groups \
			env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME="$PGROOT" "$@")
	else
		(cd "$PGROOT" && env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME="$PGROOT" "$@")
	fi
}

# The same on the member's host.
pg_there() { # MEMBER PROGRAM ARG...
	pg_where=$1
	shift
	if ! hosts_apart; then
		pg_as "$@"
	else
		(cd "$PGROOT" && "$HOSTS_SH" run "$T/hosts" "$pg_where" setpriv --reuid=postgres \
			--regid=postgres --init-groups env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \
			HOME="$PGROOT" "$@")
	fi
}

pg_owner() {
	if [ "$(id -u)" -eq 0 ]; then echo postgres; else id -un; fi
}

pg_ip() { # MEMBER
	if ! hosts_apart; then echo "$IP"; else "$HOSTS_SH" address "$T/hosts" "$1"; fi
}

pg_port() { # MEMBER
	port=5500
	for port_of in $MEMBERS; do
		port=$((port + 1))
		[ "$port_of" != "$1" ] || break
	done
	echo "$port"
}

# Where it runs now, or would be started: its new folder once that was in use.
pg_data() { # MEMBER
	if [ -s "$PGROOT/$1.new/postmaster.opts" ] && ! pg_runs_in "$PGROOT/$1"; then
		echo "$PGROOT/$1.new"
	else
		echo "$PGROOT/$1"
	fi
}

pg_runs_in() { # DATA
	[ -s "$1/postmaster.pid" ] && read -r postmaster <"$1/postmaster.pid" &&
		grep -qs postgres "/proc/$postmaster/cmdline"
}

pg_pid() { # MEMBER
	head -n 1 "$(pg_data "$1")/postmaster.pid"
}

pg_children() { # PID
	grep -Esl "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status | sed 's/[^0-9]//g'
}

# The programs it was last started with.
pg_bin() { # MEMBER
	sed -n 's|^\(.*\)/postgres .*|\1|p' "$(pg_data "$1")/postmaster.opts" 2>/dev/null |
		grep . || echo "$OLD_BIN"
}

pg_start() { # MEMBER [BIN]
	data=$(pg_data "$1")
	pg_there "$1" "${2:-$(pg_bin "$1")}/pg_ctl" -D "$data" -l "$PGROOT/log/$1.log" -w -t 120 start \
		>"$T/pg_ctl.log" 2>&1 || fail "$1 does not start"
}

pg_stop() { # MEMBER [fast|immediate|smart]
	pg_as "$(pg_bin "$1")/pg_ctl" -D "$(pg_data "$1")" -m "${2:-fast}" -w -t 120 stop \
		>"$T/pg_ctl.log" 2>&1 || fail "$1 does not stop"
}

# The machine is gone: nothing is written, nobody is told.
pg_kill9() { # MEMBER
	pid=$(pg_pid "$1")
	# shellcheck disable=SC2046
	kill -9 "$pid" $(pg_children "$pid")
	await "is_gone $pid" 20
}

pg_freeze() { # MEMBER
	kill -STOP "$(pg_pid "$1")"
}

pg_thaw() { # MEMBER
	kill -CONT "$(pg_pid "$1")"
}

# As the superuser through the socket, also where sessions are read only by default.
pg_sql() { # MEMBER DATABASE SQL...
	sql_member=$1 sql_database=$2
	shift 2
	for statement; do
		set -- "$@" -c "$statement"
		shift
	done
	PGOPTIONS='-c default_transaction_read_only=off' PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10} \
		"$PSQL" -XAtq -v ON_ERROR_STOP=1 -h "$PGROOT/run" -p "$(pg_port "$sql_member")" \
		-U postgres -d "$sql_database" "$@"
}

# active, standby, or down; the server's own word.
pg_role() { # MEMBER
	case $(PGCONNECT_TIMEOUT=2 pg_sql "$1" postgres 'SELECT pg_is_in_recovery()' 2>/dev/null) in
	t) echo standby ;;
	f) echo active ;;
	*) echo down ;;
	esac
}

pg_role_is() { # MEMBER ROLE
	[ "$(pg_role "$1")" = "$2" ]
}

pg_release_of() { # MEMBER
	pg_sql "$1" postgres 'SHOW server_version' 2>/dev/null | sed 's/ .*//'
}

# Who has this role in the daemon's eyes: a new side that only follows is no active.
role_holder() { # ROLE
	pair_json "[.members[] | select(.role == \"$1\") | .name] | join(\" \")"
}

# Every member that is active by its own word; one, where all is well.
pg_actives() {
	for each in $MEMBERS; do
		[ "$(pg_role "$each")" != active ] || echo "$each"
	done
}

pg_streams() { # FROM TO
	[ "$(pg_sql "$1" postgres "SELECT count(*) FROM pg_stat_replication
		WHERE application_name = '$2' AND state = 'streaming'" 2>/dev/null)" = 1 ]
}

# All that is committed is replayed everywhere. Down members do not count.
pg_is_quiet() {
	active=$(pg_actives)
	[ "$(echo "$active" | wc -w)" = 1 ] || return 1
	lsn=$(pg_sql "$active" postgres 'SELECT pg_current_wal_flush_lsn()')
	for each in $MEMBERS; do
		[ "$(pg_role "$each")" = standby ] || continue
		[ "$(pg_sql "$each" postgres "SELECT pg_last_wal_replay_lsn() >= '$lsn'")" = t ] ||
			return 1
	done
}

# --- making a pair ------------------------------------------------------------------------

secret() {
	od -An -N12 -tx1 /dev/urandom | tr -d ' \n'
}

write_passfile() {
	APP_PASSWORD=$(secret) SUPERVISOR_PASSWORD=$(secret) REPLICATION_PASSWORD=$(secret)
	cat >"$PGROOT/pgpass" <<-EOF
		*:*:*:app:$APP_PASSWORD
		*:*:*:upgraded:$SUPERVISOR_PASSWORD
		*:*:*:replicator:$REPLICATION_PASSWORD
	EOF
	chmod 600 "$PGROOT/pgpass"
	chown "$(pg_owner)" "$PGROOT/pgpass"
}

pg_member_conf() { # MEMBER
	sed -i -e '/^port = /d' -e '/^cluster_name = /d' "$PGROOT/$1/postgresql.conf"
	cat >>"$PGROOT/$1/postgresql.conf" <<-EOF
		port = $(pg_port "$1")
		cluster_name = '$1'
	EOF
}

# Extra lines of postgresql.conf: PG_CONF.
pg_make_active() { # MEMBER
	pg_as "$OLD_BIN/initdb" -D "$PGROOT/$1" -U postgres -A scram-sha-256 --pwfile="$PGROOT/pw" \
		-E UTF8 --locale=C.UTF-8 -k -N --wal-segsize="$segment" >"$T/initdb.log" 2>&1 ||
		fail "initdb"
	cat >>"$PGROOT/$1/postgresql.conf" <<-EOF
		listen_addresses = '$(hosts_apart && echo '*' || echo "$IP")'
		unix_socket_directories = '$PGROOT/run'
		wal_level = $wal_level
		max_wal_senders = 10
		max_replication_slots = 10
		wal_keep_size = 64MB
		shared_buffers = 32MB
		min_wal_size = $((segment * 2))MB
		max_wal_size = 512MB
		fsync = ${PG_FSYNC:-off}
		log_line_prefix = '%m [%p] %a '
		$([ "$tls" = 0 ] || tls_conf)
		${PG_CONF:-}
	EOF
	host=host
	[ "$tls" = 0 ] || host=hostssl
	cat >"$PGROOT/$1/pg_hba.conf" <<-EOF
		local  all          postgres                   trust
		local  replication  postgres                   trust
		local  all          all                        scram-sha-256
		$host   all          app           127.0.0.0/8  ${APP_AUTH:-scram-sha-256}
		$host   all          all           127.0.0.0/8  scram-sha-256
		$host   replication  replicator    127.0.0.0/8  scram-sha-256
		$host   all,replication  all       198.18.0.0/15  scram-sha-256
	EOF
	pg_member_conf "$1"
	pg_start "$1" "$OLD_BIN"
}

pg_make_roles() { # MEMBER
	supervisor=SUPERUSER
	[ "$limited" = 0 ] || supervisor='REPLICATION IN ROLE pg_monitor, pg_signal_backend'
	pg_sql "$1" postgres \
		"CREATE ROLE app LOGIN PASSWORD '$APP_PASSWORD'" \
		"CREATE ROLE replicator LOGIN REPLICATION PASSWORD '$REPLICATION_PASSWORD'" \
		"CREATE ROLE upgraded LOGIN PASSWORD '$SUPERVISOR_PASSWORD' $supervisor"
}

pg_make_databases() { # MEMBER
	for database in $DATABASES; do
		pg_sql "$1" postgres "CREATE DATABASE $database"
		"$PSQL" -XAtq -v ON_ERROR_STOP=1 -v seeds="$SEEDS" -h "$PGROOT/run" \
			-p "$(pg_port "$1")" -U postgres -d "$database" -f "$LAB/schema.sql"
	done
}

pg_make_standby() { # MEMBER UPSTREAM
	pg_sql "$2" postgres "SELECT pg_create_physical_replication_slot('$1', true)" >/dev/null
	[ "$1" != b ] || [ -z "${STANDBY_MB:-}" ] ||
		small_disk "$PGROOT/b" "$STANDBY_MB" "uid=$(pg_owner)"
	pg_as "$OLD_BIN/pg_basebackup" -h "$PGROOT/run" -p "$(pg_port "$2")" -U postgres \
		-D "$PGROOT/$1" -X stream -c fast -N >"$T/basebackup.log" 2>&1 ||
		fail "base backup of $1"
	pg_member_conf "$1"
	cat >>"$PGROOT/$1/postgresql.auto.conf" <<-EOF
		primary_conninfo = '$(pg_upstream_conninfo "$2" "$1")'
		primary_slot_name = '$1'
	EOF
	: >"$PGROOT/$1/standby.signal"
	chown "$(pg_owner)" "$PGROOT/$1/standby.signal"
	pg_start "$1" "$OLD_BIN"
	await "pg_streams $2 $1" 30
}

# As a person does it whose standby went another way. The slot is there.
pg_make_standby_again() { # MEMBER UPSTREAM BIN
	pg_stop "$1"
	rm -rf "${PGROOT:?}/$1"
	pg_as "$3/pg_basebackup" -h "$PGROOT/run" -p "$(pg_port "$2")" -U postgres -D "$PGROOT/$1" \
		-X stream -c fast -N >"$T/basebackup.log" 2>&1 || fail "base backup of $1"
	pg_member_conf "$1"
	cat >>"$PGROOT/$1/postgresql.auto.conf" <<-EOF
		primary_conninfo = '$(pg_upstream_conninfo "$2" "$1")'
		primary_slot_name = '$1'
	EOF
	: >"$PGROOT/$1/standby.signal"
	chown "$(pg_owner)" "$PGROOT/$1/standby.signal"
	pg_start "$1" "$3"
	await "pg_streams $2 $1" 60
}

pg_upstream_conninfo() { # UPSTREAM MEMBER
	echo "host=$(pg_ip "$1") port=$(pg_port "$1") user=replicator passfile=$PGROOT/pgpass$TLS application_name=$2"
}

# A certificate for the address that all members have, and the authority that made it.
tls_make() {
	command -v openssl >/dev/null || skip "no openssl"
	(cd "$PGROOT" && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=tests' \
		-keyout ca.key -out ca.crt &&
		openssl req -newkey rsa:2048 -nodes -subj "/CN=$IP" -keyout server.key -out server.csr &&
		echo "subjectAltName=IP:$IP,DNS:$IP" >san &&
		openssl x509 -req -days 2 -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial \
			-extfile san -out server.crt) >"$T/openssl.log" 2>&1 || fail "openssl"
	chmod 600 "$PGROOT/server.key"
	chown "$(pg_owner)" "$PGROOT/server.key"
	TLS=" sslmode=verify-full sslrootcert=$PGROOT/ca.crt"
}

tls_conf() {
	printf '%s\n' 'ssl = on' "ssl_cert_file = '$PGROOT/server.crt'" "ssl_key_file = '$PGROOT/server.key'"
}

# A serving pair: a, its standby b, and the subscriber r1, each with a slot of its name.
#   --alone            a only            --no-subscriber   a and b
#   --wal-level LEVEL  logical, replica  --segment-mb N    size of a file of the log, 16
#   --pooler           a pgbouncer before it    --poolers N   N of them, p1 to pN
#   --limited          the supervisor's role is no superuser
#   --tls              nobody gets in over the network without TLS
pg_up() { # OPTION...
	MEMBERS='a b r1' wal_level=logical segment=16 limited=0 tls=0 POOLER='' TLS=''
	while [ $# -gt 0 ]; do
		case $1 in
		--alone) MEMBERS=a ;;
		--no-subscriber) MEMBERS='a b' ;;
		--pooler) POOLER=p1 ;;
		--poolers) POOLER=$(seq -f p%.0f -s ' ' 1 "$2") && shift ;;
		--limited) limited=1 ;;
		--tls) tls=1 ;;
		--wal-level) wal_level=$2 && shift ;;
		--segment-mb) segment=$2 && shift ;;
		*) fail "pg_up: unknown option $1" ;;
		esac
		shift
	done
	[ -n "$OLD_BIN" ] || pg_releases 13 15
	[ "$(id -u)" -ne 0 ] || id postgres >/dev/null 2>&1 || skip "root, and no user postgres"
	IP=127.$((128 + $$ / 65536 % 64)).$(($$ / 256 % 256)).$(($$ % 256))
	PGROOT=$T/pg
	chmod 711 "$T"
	install -d -m 755 -o "$(pg_owner)" "$PGROOT" "$PGROOT/run" "$PGROOT/log"
	write_passfile
	secret >"$PGROOT/pw"
	chown "$(pg_owner)" "$PGROOT/pw"
	[ "$tls" = 0 ] || tls_make
	[ "${HOSTS:-one}" = one ] || hosts_up
	pg_make_active a
	pg_make_roles a
	pg_make_databases a
	case $MEMBERS in *b*) pg_make_standby b a ;; esac
	case $MEMBERS in *r1*) pg_make_standby r1 b ;; esac
	for pooler in $POOLER; do
		pooler_up "$pooler"
	done
	say "$OLD_RELEASE serves on $IP, ports $(for m in $MEMBERS; do printf '%s=%s ' "$m" "$(pg_port "$m")"; done)"
}

# HOSTS=each: every member on a host of its own, in a network namespace, reached by ssh; and one more
# for the applications.
hosts_up() {
	# shellcheck disable=SC2086
	hosts_made "$(pg_owner)" $MEMBERS apps
}

# Do they have addresses of their own?
hosts_apart() {
	[ "${HOSTS:-one}" != one ] && [ "${HOSTS_ON:-}" != loopback ]
}

# --- the pooler ---------------------------------------------------------------------------

pooler_port() { # POOLER
	echo $((POOLER_PORT - 1 + ${1#p}))
}

# p1 has the folder `pooler`, the others `pooler.p2` and on.
pooler_folder() { # POOLER
	case $1 in
	p1) echo "$PGROOT/pooler" ;;
	*) echo "$PGROOT/pooler.$1" ;;
	esac
}

pooler_pid() { # [POOLER]
	cat "$(pooler_folder "${1:-p1}")/pgbouncer.pid"
}

# One file says where the databases are, and is included by the main one.
# On hosts of their own poolers are where the applications are.
pooler_ip() {
	if hosts_apart; then pg_ip apps; else echo "$IP"; fi
}

pooler_host() {
	if [ "${HOSTS:-one}" = one ]; then echo db1; else echo apps; fi
}

pooler_up() { # POOLER
	command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || skip "no pgbouncer"
	folder=$(pooler_folder "$1")
	install -d -m 755 -o "$(pg_owner)" "$folder"
	{
		echo '[databases]'
		for database in $DATABASES; do
			echo "$database = host=$(pg_ip a) port=$(pg_port a) dbname=$database"
		done
	} >"$folder/databases.ini"
	cat >"$folder/pgbouncer.ini" <<-EOF
		%include $folder/databases.ini
		[pgbouncer]
		listen_addr = $(pooler_ip)
		listen_port = $(pooler_port "$1")
		unix_socket_dir =
		auth_type = scram-sha-256
		auth_file = $folder/users.txt
		admin_users = upgraded
		pool_mode = transaction
		default_pool_size = ${POOL_SIZE:-40}
		max_client_conn = 500
		logfile = $PGROOT/log/$(basename "$folder").log
		pidfile = $folder/pgbouncer.pid
	EOF
	printf '"app" "%s"\n"upgraded" "%s"\n' "$APP_PASSWORD" "$SUPERVISOR_PASSWORD" \
		>"$folder/users.txt"
	chown "$(pg_owner)" "$folder"/*
	chmod 600 "$folder/users.txt"
	pooler_start "$1"
	await "pooler_admin 'SHOW VERSION' $1" 20
}

pooler_start() { # [POOLER]
	pg_there apps /usr/sbin/pgbouncer -d -q "$(pooler_folder "${1:-p1}")/pgbouncer.ini" ||
		fail "pgbouncer of ${1:-p1}"
}

pooler_kill9() { # [POOLER]
	kill -9 "$(pooler_pid "${1:-p1}")"
	rm -f "$(pooler_folder "${1:-p1}")/pgbouncer.pid"
}

pooler_admin() { # COMMAND [POOLER]
	PGPASSFILE=$PGROOT/pgpass PGCONNECT_TIMEOUT=5 "$PSQL" -XAtq -h "$(pooler_ip)" \
		-p "$(pooler_port "${2:-p1}")" -U upgraded -d pgbouncer -c "$1"
}

# --- configuration of the daemon ----------------------------------------------------------

list_of() { # "a, b" or "a b" to { "a", "b" }; none and every-step stay a word
	case $1 in
	none | every-step) echo "\"$1\"" ;;
	*) echo "{ $(echo "$1" | tr ',' ' ' | xargs -n 1 printf '"%s"\n' | paste -s -d ,) }" ;;
	esac
}

member_conninfo() { # MEMBER
	echo "host=$(pg_ip "$1") port=$(pg_port "$1") user=upgraded dbname=postgres passfile=${SUPERVISOR_PASSFILE:-$PGROOT/pgpass}$TLS"
}

member_block() { # MEMBER
	new=$PGROOT/$1.new
	[ "$in_place" = 0 ] || new=$PGROOT/$1
	on=db1
	[ "${HOSTS:-one}" = one ] || on=$1
	echo "  member \"$1\" { host = \"$on\"  data = \"$PGROOT/$1\"  data_new = \"$new\""
	echo "    conninfo = \"$(member_conninfo "$1")\""
	[ "$1" != r1 ] || echo "    subscriber = true  upstream = \"${R1_UPSTREAM:-b}\""
	echo '  }'
}

host_block() { # NAME
	echo "host \"$1\" {"
	if [ "${HOSTS:-one}" = one ]; then
		echo '  transport = "local"'
		[ "$(id -u)" -ne 0 ] || echo '  run_as = "postgres"'
	else
		echo '  transport = "ssh"'
		echo "  ssh { destination = \"far\"  options = { \"-F\", \"$T/hosts/$1/ssh_config\" } }"
	fi
	echo "  job_directory = \"$PGROOT/jobs\""
	echo "  postgres \"old\" { bin = \"$OLD_BIN\" }"
	echo "  postgres \"new\" { bin = \"$NEW_BIN\" }"
	echo '}'
}

# Writes upgraded.conf and pairs.d/orders.conf; options:
#   --in-place          data_new is data: the way of a minor release (default when majors agree)
#   --apart             data_new is another folder, whatever the majors
#   --gates LIST        none (default), every-step, or names
#   --limit KEY=TIME    may be repeated, as the next two
#   --line TEXT         a line in the pair's section
#   --poll KEY=TIME     idle, upgrading, swapping
#   --hooks             pause_writes and resume_writes of the load
pg_pair_config() { # OPTION...
	work=$T/run gates=none limits='' lines='' hooks='' in_place=0
	poll='idle = "500ms"  upgrading = "100ms"  swapping = "20ms"'
	[ "${OLD_RELEASE%%.*}" != "${NEW_RELEASE%%.*}" ] || in_place=1
	while [ $# -gt 0 ]; do
		case $1 in
		--in-place) in_place=1 ;;
		--apart) in_place=0 ;;
		--hooks) hooks="hooks { pause_writes = { \"$LOADCTL\", \"--socket\", \"$work/load.sock\", \"pause-writes\" }
    resume_writes = { \"$LOADCTL\", \"--socket\", \"$work/load.sock\", \"resume-writes\" } }" ;;
		--gates) gates=$2 && shift ;;
		--limit) limits="$limits ${2%%=*} = \"${2#*=}\"" && shift ;;
		--poll) poll=$(echo "$poll" | sed "s/${2%%=*} = \"[^\"]*\"/${2%%=*} = \"${2#*=}\"/") && shift ;;
		--line) lines="$lines
  $2" && shift ;;
		*) fail "pg_pair_config: unknown option $1" ;;
		esac
		shift
	done
	mkdir -p "$work/pairs.d" "$work/state"
	install -d -m 755 -o "$(pg_owner)" "$PGROOT/jobs"
	cat >"$work/upgraded.conf" <<-EOF
		state_directory = "$work/state"
		pairs_directory = "$work/pairs.d"
		control { socket = "$work/control.sock" }
		http    { listen = ""  token_file = "" }
		poll    { $poll }
	EOF
	{
		if [ "${HOSTS:-one}" = one ]; then
			host_block db1
		else
			for member in $MEMBERS ${POOLER:+apps}; do
				host_block "$member"
			done
		fi
		echo 'pair "orders" {'
		echo '  engine   = "postgresql"'
		case $MEMBERS in
		*' '*) echo '  topology = "active-standby"' ;;
		*) echo '  topology = "single"' ;;
		esac
		for member in $MEMBERS; do
			member_block "$member"
		done
		echo "  replication { user = \"replicator\"  passfile = \"$PGROOT/pgpass\""
		[ -z "$TLS" ] || echo "    options = \"${TLS# }\""
		echo '  }'
		for pooler in $POOLER; do
			echo "  pooler \"$pooler\" { conninfo = \"host=$(pooler_ip) port=$(pooler_port "$pooler") user=upgraded dbname=pgbouncer passfile=$PGROOT/pgpass\""
			echo "    host = \"$(pooler_host)\"  databases_file = \"$(pooler_folder "$pooler")/databases.ini\" }"
		done
		[ -z "$hooks" ] || echo "  $hooks"
		[ -z "$limits" ] || echo "  limits {$limits }"
		echo "  gates = $(list_of "$gates")$lines"
		echo '}'
	} >"$work/pairs.d/orders.conf"
	CONF=$work/upgraded.conf
	[ "${TRANSPORT:-local}" = local ] || over_ssh "$(pg_owner)"
}

# --- the applications ---------------------------------------------------------------------

# Where the applications look for their databases: the two members, or a pooler (APPS_POOLER,
# else the first).
app_conninfo() {
	if [ -n "$POOLER" ]; then
		where="host=$(pooler_ip) port=$(pooler_port "${APPS_POOLER:-p1}")"
	else
		where="host=$(pg_ip a),$(pg_ip b) port=$(pg_port a),$(pg_port b) target_session_attrs=read-write"
	fi
	echo "$where user=app passfile=$PGROOT/pgpass$TLS connect_timeout=2"
}

on_apps() { # PROGRAM ARG...: in its own process, with & behind
	! hosts_apart || set -- ip netns exec "ud$(cat "$T/hosts/id")-apps" "$@"
	exec "$@"
}

# One ledger for each load of a story: $T/ledger.1, ...
load_start() { # OPTION... of pgload
	LOADS=$((${LOADS:-0} + 1))
	mkdir -p "$T/run"
	on_apps "$PGLOAD" --conninfo "$(app_conninfo)" --databases "$(echo "$DATABASES" | tr ' ' ,)" \
		--ledger "$T/ledger.$LOADS" --control "$T/run/load.sock" \
		--first-worker $(((LOADS - 1) * 32)) "$@" >"$T/load.out" 2>>"$T/load.log" &
	LOAD_PID=$!
	await 'load_committed 10'
}

# --- the verdict --------------------------------------------------------------------------

verdict() { # OPTION...
	for each in $MEMBERS; do
		set -- "$@" --member "$each=$(pg_port "$each")"
	done
	"$VERDICT" --psql "$PSQL" --socket "$PGROOT/run" --ip "$PGROOT/run" --passfile "$PGROOT/pgpass" \
		--databases "$(echo "$DATABASES" | tr ' ' ,)" --work "$T/verdict" "$@" "$T"/ledger.*
}

# Replication comes to rest, then nothing may be missing.
verdict_must_pass() { # OPTION... of verdict
	await pg_is_quiet "${QUIET_LIMIT:-90}"
	verdict "$@" || fail "the verdict says no"
}

# For stories in which something is lost on purpose: all of these words must be said.
verdict_must_find() { # "WORD..." OPTION...
	words=$1
	shift
	if found=$(verdict "$@"); then
		fail "the verdict saw nothing wrong, expected: $words"
	fi
	for word in $words; do
		case $found in
		*"BROKEN $word: "*) ;;
		*)
			echo "$found"
			fail "the verdict did not say: $word"
			;;
		esac
	done
}

# --- what more.sh does with the sandbox -----------------------------------------------------

# Every member has its role in the daemon's eyes.
pair_is_seen() {
	roles=$(pair_json '[.members[].role] | sort | join(" ")')
	case $MEMBERS in
	'a b r1') [ "$roles" = 'active standby subscriber' ] ;;
	'a b') [ "$roles" = 'active standby' ] ;;
	*) [ "$roles" = active ] ;;
	esac
}

# A serving pair under load, the daemon sees it. After pg_releases; UP: options of pg_up, APPS: of
# the load.
scene() { # NAME [OPTION... of pg_pair_config]
	[ "$SCENARIO" = "$1" ] || scenario "$1"
	shift
	needs_daemon
	# shellcheck disable=SC2086
	pg_up ${UP:-}
	pg_pair_config "$@"
	# shellcheck disable=SC2086
	load_start ${APPS:---rate 200}
	daemon_start
	await pair_is_seen 30
}

# The proof at the end of every story.
prove() { # OPTION... of verdict
	load_goes_on 50
	load_stop
	verdict_must_pass "$@"
}

serves_as_before() {
	[ "$(pg_actives)" = a ] && pg_streams a b
}
