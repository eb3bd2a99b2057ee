# What the shell of a member (host.sh) knows for offline procedures.

# The server has ended its recovery, which needs settings of ours no longer.
pg_backup_opened() { # DATA
	[ ! -e "$1/recovery.signal" ] || {
		echo "it recovers"
		return 75
	}
	sed -i '/ # upgraded$/d' "$1/postgresql.auto.conf" && echo opened
}

# A copy listens where its own connection string says, unless it listens everywhere.
pg_own_address() { # DATA BIN HOST PORT
	pg_line=$("$2/postgres" -D "$1" -C listen_addresses) || return
	{
		echo "port = $4"
		case $pg_line in
		'*' | 0.0.0.0 | ::) ;;
		*) case $3 in
			'' | /*) ;;
			*) echo "listen_addresses = '$3'" ;;
			esac ;;
		esac
	} >>"$1/postgresql.auto.conf" && echo listens
}
