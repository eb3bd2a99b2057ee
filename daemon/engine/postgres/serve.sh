# The loop of the shell of a member (host.sh): commands until the mark, which says how to
# answer. Behind the functions, so the last of the texts that the shell is started with.
pg_commands=
while IFS= read -r pg_line; do
	case $pg_line in
	'#ud'*)
		pg_mark=${pg_line#?}
		pg_line=$pg_commands pg_commands=
		eval "$pg_line" </dev/null
		printf '\n%s %s\n' "$pg_mark" "$?"
		;;
	*) pg_commands="$pg_commands$pg_line
" ;;
	esac
done
