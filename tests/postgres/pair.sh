# pair.sh: makes a pair of servers with its subscribers, databases and poolers. Part of lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # names of lib.sh

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
#   --two-subscribers  r2 beside r1
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
		--two-subscribers) MEMBERS='a b r1 r2' ;;
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
	case $MEMBERS in *r2*) pg_make_standby r2 b ;; esac
	for pooler in $POOLER; do
		pooler_up "$pooler"
	done
	say "$OLD_RELEASE serves on $IP, ports $(for m in $MEMBERS; do printf '%s=%s ' "$m" "$(pg_port "$m")"; done)"
}

# HOSTS=each: every member on a host of its own, in a network namespace, reached by ssh; and one more
# for the applications. LATER: members that the scenario adds.
hosts_up() {
	# shellcheck disable=SC2086
	hosts_made "$(pg_owner)" $MEMBERS ${LATER:-} apps
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
