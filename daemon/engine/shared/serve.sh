# The loop of the shell of a member: commands until the mark, which says how to answer. Behind
# the functions of the engine, so the last of the texts that the shell is started with.
sh_commands=
while IFS= read -r sh_line; do
	case $sh_line in
	'#ud'*)
		sh_mark=${sh_line#?}
		sh_line=$sh_commands sh_commands=
		eval "$sh_line" </dev/null
		printf '\n%s %s\n' "$sh_mark" "$?"
		;;
	*) sh_commands="$sh_commands$sh_line
" ;;
	esac
done
