# bash completion for upgradectl(1).

# Options of a verb besides those of all verbs.
_upgradectl_options()
{
	case $1 in
	pairs) echo --state ;;
	status) echo --watch ;;
	check) echo --to --procedure --option ;;
	plan) echo --to --procedure --option ;;
	start) echo --to --procedure --option --gates --wait --timeout ;;
	advance) echo --through --all --comment ;;
	abort) echo --yes --comment ;;
	wait) echo --for --timeout ;;
	history) echo --state --limit --after ;;
	log) echo --step --follow ;;
	esac
}

# Names of pairs, of the daemon that the words before the cursor mean.
_upgradectl_pairs()
{
	"$1" pairs --json "${@:2}" 2>/dev/null |
		grep -o '"pair": *"[^"]*"' | cut -d '"' -f 4 | sort -u
}

_upgradectl_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# The last of several words with commas between, offered with those before it.
_upgradectl_list()
{
	local before=''

	[[ $2 != *,* ]] || before=${2%,*},
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${2##*,}")
}

_upgradectl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verbs='pairs why status check plan start advance pause resume retry abort wait
		history show log procedures version'
	local everywhere='--socket --url --token-file --json --no-color --quiet --help --version'
	local gates='before-install before-standby before-swap before-destroy before-subscribers
		before-finish before-second'
	local verb='' subject='' i
	local -a daemon=()

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--socket | --url | --token-file)
			daemon+=("${COMP_WORDS[i]}" "${COMP_WORDS[++i]}")
			;;
		--to | --procedure | --option | --gates | --through | --comment | --for | \
			--timeout | --state | --limit | --after | --step)
			((i++))
			;;
		-*) ;;
		*)
			if [[ -z $verb ]]; then
				verb=${COMP_WORDS[i]}
			else
				subject=${COMP_WORDS[i]}
			fi
			;;
		esac
	done

	case $prev in
	--socket | --token-file)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--for)
		_upgradectl_words 'done gate attention' "$cur"
		return
		;;
	--gates)
		_upgradectl_list "$gates every-step none" "$cur"
		return
		;;
	--through)
		_upgradectl_words "$gates" "$cur"
		return
		;;
	--state)
		if [[ $verb == pairs ]]; then
			_upgradectl_words 'serving degraded upgrading attention unknown' "$cur"
		else
			_upgradectl_words 'checking running gated paused attention aborting
				completed aborted' "$cur"
		fi
		return
		;;
	--url | --to | --procedure | --option | --comment | --timeout | --limit | --after | --step)
		return
		;;
	esac

	if [[ $cur == -* ]]; then
		_upgradectl_words "$(_upgradectl_options "$verb") $everywhere" "$cur"
	elif [[ -z $verb ]]; then
		_upgradectl_words "$verbs" "$cur"
	elif [[ -z $subject ]]; then
		case $verb in
		pairs | version) ;;
		procedures) _upgradectl_words timesten "$cur" ;;
		*) _upgradectl_words "$(_upgradectl_pairs "${COMP_WORDS[0]}" "${daemon[@]}")" "$cur" ;;
		esac
	fi
}

complete -F _upgradectl upgradectl
