# conf.sh: describes the pair to the daemon. Part of lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # names of lib.sh

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
	case $1 in r*) echo "    subscriber = true  upstream = \"${R1_UPSTREAM:-b}\"" ;; esac
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
