# What the shell of a member (host.sh) knows for the major upgrade: private servers, data
# directories that are taken and given back, and settings that are carried over.

# Statements for a private server, each by itself.
pg_private() { # PSQL CONNINFO STATEMENT...
	psql=$1 conninfo=$2
	shift 2
	n=$#
	while [ $n -gt 0 ]; do
		set -- "$@" -c "$1"
		shift
		n=$((n - 1))
	done
	PGAPPNAME=upgraded PGOPTIONS='-c default_transaction_read_only=off' "$psql" \
		-X -q -A -t -w -F '	' -P null='\N' -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never -d "$conninfo" "$@" 2>&1
}

pg_is_empty() { # FOLDER
	for e in "$1"/* "$1"/.[!.]* "$1"/..?*; do
		[ -e "$e" ] || [ -L "$e" ] || continue
		echo "$1 is not empty: ${e##*/}"
		return 1
	done
}

pg_claim() { # FOLDER
	[ -d "$1" ] || (umask 077 && mkdir -p "$1") || return 1
	pg_is_empty "$1" && echo claimed
}

# A place that was claimed and never used; one that is not empty, or that is not ours to remove, stays.
pg_unclaim() { # FOLDER
	rmdir "$1" 2>/dev/null
	echo unclaimed
}

# What is in a folder goes, the folder stays: a mount point, or whose parent is not ours.
pg_empty() { # FOLDER
	[ -d "$1" ] || return 0
	pg_find_postmaster "$1"
	[ -z "$pg_pid" ] || {
		echo "a server runs in $1"
		return 1
	}
	find "$1" -mindepth 1 -delete && echo emptied
}

pg_mode() { # OLD NEW
	mode='copy'
	rm -f "$2/.mode"
	ln "$1/PG_VERSION" "$2/.mode" 2>/dev/null && mode='link'
	rm -f "$2/.mode"
	cp --reflink=always "$1/PG_VERSION" "$2/.mode" 2>/dev/null && mode='clone'
	rm -f "$2/.mode"
	printf 'mode\t%s\n' $mode
}

# With links the old control file is set aside until the new server starts.
pg_upgrade_undo() { # OLD NEW
	[ ! -e "$1/global/pg_control.old" ] || mv "$1/global/pg_control.old" "$1/global/pg_control" || return 1
	pg_empty "$2"
}

# Of a server's own place or role, or set by steps of their own. Files that hold settings are
# copied.
pg_is_own() { # NAME
	case $1 in
	data_directory | config_file | hba_file | ident_file | port | primary_conninfo | \
		primary_slot_name | synchronous_standby_names) return 0 ;;
	esac
	return 1
}

# Made for the old cluster: its archive holds no log that the new one could read, and files by
# which it was promoted may be there still.
pg_is_former() { # NAME
	case $1 in
	external_pid_file | stats_temp_directory | promote_trigger_file | trigger_file | standby_mode | \
		restore_command | archive_cleanup_command | recovery_end_command | recovery_target* | \
		default_transaction_read_only) return 0 ;;
	esac
	return 1
}

# A value, as postgresql.conf takes it.
pg_quote() { # VALUE
	case $1 in
	*\'* | *\\*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g; s/\\\\/&&/g")" ;;
	*) printf "'%s'" "$1" ;;
	esac
}

# Does this release take the settings? Each is an argument, NAME=VALUE.
pg_takes() { # BIN DATA NAME=VALUE...
	bin=$1 data=$2
	shift 2
	n=$#
	while [ $n -gt 0 ]; do
		set -- "$@" -c "$1"
		shift
		n=$((n - 1))
	done
	# shellcheck disable=SC2069 # what it says, not the port
	"$bin/postgres" -D "$data" "$@" -C port 2>&1 >/dev/null
}

# The files that a setting names, where they are in the data directory; for TLS also those that
# nobody named.
pg_carry_file() { # OLD NEW NAME VALUE
	case $3 in
	hba_file | ident_file) cp "$4" "$2/pg_${3%_file}.conf" ;;
	ssl_*_file | ssl_crl_dir | krb_server_keyfile)
		case $4 in
		/* | '') ;;
		*) [ ! -e "$1/$4" ] || cp -Rp "$1/$4" "$2/" ;;
		esac
		;;
	ssl)
		for pg_file in server.crt server.key; do
			[ ! -e "$1/$pg_file" ] || cp -p "$1/$pg_file" "$2/" || return 1
		done
		;;
	esac
}

# In a copy, what its source has of everything that a standby must have at least as much of.
pg_source_limits() { # NEW
	pg_names='max_connections\|max_worker_processes\|max_wal_senders'
	pg_names="$pg_names\|max_prepared_transactions\|max_locks_per_transaction"
	sed -n "/^# upgraded: begin/,/^# upgraded: end/s/^\($pg_names\) = '*\([0-9][0-9]*\)'*\$/\1>\2/p" \
		"$1/postgresql.conf"
}

# Settings of OLD that NEW takes, then those given here: NAME=VALUE, or NAME>VALUE for at least
# that. They are tried all together first, for that costs one process. What is not taken is
# printed: "left out", a tab, the name and the reason.
pg_carry() { # OLD NEW BIN NAME=VALUE...
	old=$1 new=$2 bin=$3
	shift 3
	for s in $(pg_source_limits "$new"); do
		set -- "$s" "$@"
	done
	sed -i '/^# upgraded: begin/,/^# upgraded: end/d' "$new/postgresql.conf" || return 1
	needs=$#
	while IFS='	' read -r name value; do
		pg_carry_file "$old" "$new" "$name" "$value" || return 1
		pg_is_own "$name" && continue
		pg_is_former "$name" && {
			printf 'left out\t%s: it was made for the old cluster\n' "$name"
			continue
		}
		case $value in *\\*) value=$(printf '%b' "$value") ;; esac
		set -- "$@" "$name=$value"
	done <"$old/upgraded.settings" || return 1
	n=0 each=f
	why=$(shift $needs; pg_takes "$bin" "$new" "$@") || each=t
	{
		echo '# upgraded: begin'
		for s; do
			n=$((n + 1))
			[ $n -gt $needs ] || continue
			if [ $each = t ] && ! why=$(pg_takes "$bin" "$new" "$s"); then
				printf 'left out\t%s: %s\n' "${s%%=*}" "${why#*FATAL:  }" >&3
				continue
			fi
			printf '%s = ' "${s%%=*}"
			pg_quote "${s#*=}"
			echo
		done
		n=0
		for s; do
			n=$((n + 1))
			[ $n -le $needs ] || break
			case $s in
			*'>'*) pg_at_least "${s%%>*}" "${s#*>}" "$@" ;;
			*)
				printf '%s = ' "${s%%=*}"
				pg_quote "${s#*=}"
				echo
				;;
			esac
		done
		echo '# upgraded: end'
	} 3>&1 >>"$new/postgresql.conf" && echo carried
}

# The greatest of all that is set or needed is the one that is written last.
pg_at_least() { # NAME LEAST NAME=VALUE|NAME>LEAST...
	name=$1 least=$2
	shift 2
	for s; do
		case $s in
		"$name="* | "$name>"*) [ "${s#"$name"?}" -le "$least" ] || return 0 ;;
		esac
	done
	echo "$name = $least"
}

# Where copies of a server's own files of settings are put: beside its data directory, or where
# that folder is not ours to write, below /var/tmp.
pg_find_aside() { # DATA
	pg_aside=${1%/*}/.${1##*/}.upgraded
	[ -w "${1%/*}" ] || pg_aside=/var/tmp/.upgraded-$(printf %s "$1" | cksum | tr ' ' -)
}

pg_conf_keep() { # DATA
	pg_find_aside "$1"
	(umask 077 && mkdir -p "$pg_aside") && [ -O "$pg_aside" ] &&
		cp -p "$1"/*.conf "$1/upgraded.settings" "$pg_aside/" && echo kept
}

pg_conf_back() { # DATA
	pg_find_aside "$1"
	[ -s "$pg_aside/postgresql.auto.conf" ] && cp -p "$pg_aside"/* "$1/" &&
		true >"$1/standby.signal" && echo back
}

# Takes away a data directory for good: one that is a cluster of ours by its system identifier, or
# one that was empty when we took it ("claimed"). What its tablespaces hold of its release goes, too.
pg_destroy() { # DATA BIN SYSID|claimed
	[ -e "$1" ] || {
		echo gone
		return 0
	}
	pg_find_postmaster "$1"
	[ -z "$pg_pid" ] || {
		echo "a server runs in $1"
		return 1
	}
	if [ "$3" != claimed ] && [ -e "$1/PG_VERSION" ]; then
		pg_sysid=$("$2/pg_controldata" -D "$1" | sed -n 's/^Database system identifier: *//p')
		[ "$pg_sysid" = "$3" ] || [ -e "$1/global/pg_control.old" ] || {
			echo "$1 is another database: system identifier $pg_sysid, not $3"
			return 1
		}
	fi
	if [ -r "$1/PG_VERSION" ]; then
		read -r pg_line <"$1/PG_VERSION"
		for pg_space in "$1"/pg_tblspc/*; do
			[ -d "$pg_space" ] && rm -rf "$pg_space/PG_${pg_line}_"*
		done
	fi
	# What tells whose it is goes last: who was interrupted begins again.
	find "$1" -mindepth 1 ! -path "$1/PG_VERSION" ! -path "$1/global" \
		! -path "$1/global/pg_control*" -delete && rm -rf "$1/PG_VERSION" "$1/global" || return 1
	rmdir "$1" 2>/dev/null
	echo destroyed
}

# The last error of replication in what the server on DATA wrote into its log since this was
# asked before, where that is a file; of the lines that follow, what says of which row or table.
#	error	ERROR:  duplicate key value violates unique constraint "accounts_pkey"
#	context	Key (worker)=(300) already exists.
pg_new_error() { # DATA
	pg_find_postmaster "$1"
	[ -n "$pg_pid" ] || {
		printf 'error\tits server does not run\n'
		return 0
	}
	pg_log=$(readlink "/proc/$pg_pid/fd/2")
	[ ! -r "$1/current_logfiles" ] || pg_log=$(sed -n 's/^stderr //p' "$1/current_logfiles")
	case $pg_log in
	/*) ;;
	*) pg_log=$1/$pg_log ;;
	esac
	[ -f "$pg_log" ] || return 0
	pg_size=$(wc -c <"$pg_log")
	if [ "$pg_log" = "${pg_log_before:-}" ] && [ "$pg_size" -ge "$pg_size_before" ]; then
		tail -c +"$((pg_size_before + 1))" "$pg_log" | pg_find_error
	fi
	pg_log_before=$pg_log pg_size_before=$pg_size
}

# A worker says of what it failed, or only its end follows.
pg_find_error() {
	awk '
		/ERROR:  |FATAL:  / {
			sub(/^.*(ERROR|FATAL):  /, "")
			last = $0
			detail = ""
			next
		}
		/DETAIL:  / && last != "" && detail == "" {
			sub(/^.*DETAIL:  /, "")
			detail = $0
		}
		/CONTEXT:  .*(replicat|subscription)/ || /worker.*(exited with exit code|has exited)/ {
			if (last == "" || (last == error && context != "" && $0 !~ /CONTEXT:  /)) next
			if ($0 ~ /CONTEXT:  /) sub(/^.*CONTEXT:  /, "")
			else $0 = ""
			error = last
			context = detail (detail != "" && $0 != "" ? " " : "") $0
		}
		END {
			if (error == "") exit
			print "error\t" error
			if (context != "") print "context\t" context
		}'
}

# What the sessions of the fence will be asked in the pause they are asked once before, and
# it is rolled back: so that nothing is compiled and no catalog is read while applications wait.
# Who is who is asked behind that, and need not be asked in the pause. What objects objects again
# there, and that is where it counts.
pg_rehearse() { # DATA TABLE
	[ "$pg_armed" = "$1" ] || pg_count=0 # another shell armed: the fence arms again
	pg_home=$1/.upgraded pg_n=0
	while [ "$pg_n" -lt "$pg_count" ]; do
		pg_n=$((pg_n + 1))
		pg_say "$pg_n" 'BEGIN; %s ROLLBACK; %s\n' \
			"INSERT INTO $2 VALUES (1, 'rehearsal') ON CONFLICT (id) DO UPDATE SET tag = excluded.tag;" \
			"SELECT 'rehearsed';"
	done
	while [ "$pg_n" -gt 0 ]; do
		read -r pg_word pg_rest <&9
		case "$pg_word $pg_rest" in
		'rehearsed '*) pg_n=$((pg_n - 1)) ;;
		*FATAL* | *connection*)
			echo "$pg_word $pg_rest"
			pg_disarm "$1"
			return 1
			;;
		esac
	done
	[ "$pg_armed" != "$1" ] || pg_find_who || :
	echo rehearsed
}

# Files of ours in a data directory.
pg_tidy() { # DATA PRIVATE
	rm -rf "$1/upgraded.settings" "$2" && echo tidy
}

pg_conf_forget() { # DATA
	pg_find_aside "$1"
	rm -rf "$pg_aside" && echo forgotten
}

# What ALTER SYSTEM wrote since the copy was put aside is forgotten; the server reads it anew.
pg_auto_back() { # DATA
	pg_find_aside "$1"
	[ -e "$pg_aside/postgresql.auto.conf" ] || return 1
	cp -p "$pg_aside/postgresql.auto.conf" "$1/postgresql.auto.conf.upgraded" &&
		mv -f "$1/postgresql.auto.conf.upgraded" "$1/postgresql.auto.conf" || return 1
	pg_find_postmaster "$1"
	[ -z "$pg_pid" ] || kill -HUP "$pg_pid"
	echo back
}
