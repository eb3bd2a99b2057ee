#include "config.h"

#include "client/verb.h"

#include "client/nearest.h"
#include "client/render_table.h"

#define O(name)    OPT_BIT(OPT_##name)
#define O_PLAN     (O(TO) | O(PROCEDURE) | O(OPTION))
#define PAIR_OR_ID "PAIR may also be the id of an upgrade.\n"
#define WAIT_ENDINGS                                                                    \
	"exit status 0 completed, 4 needs attention, 10 aborted, 11 waits at a gate,\n" \
	"7 the time is up (the upgrade goes on).\n"

/* clang-format off */
static const struct verb verbs[] = {
	{ "pairs", "pairs [--state STATE]", NULL, false, O(STATE), 0,
	  "every pair, a line each",
	  "The lag is the largest of the pair's members.\n",
	  "upgradectl pairs\n"
	  "upgradectl pairs --state attention\n"
	  "upgradectl pairs --json | jq -r '.pairs[].pair'\n",
	  verb_pairs_judge, verb_pairs },
	{ "why", "why [PAIR]", "PAIR", false, 0, 0,
	  "what it waits for, and what would end the wait",
	  PAIR_OR_ID,
	  "upgradectl why\n"
	  "upgradectl why sales\n",
	  NULL, verb_why },
	{ "status", "status [PAIR] [--watch]", "PAIR", false, O(WATCH), 0,
	  "members and upgrade of a pair, or of all",
	  PAIR_OR_ID
	  "--watch redraws in place on a terminal and prints a line per change elsewhere.\n"
	  "It ends with the upgrade, with the exit status of `wait`.\n",
	  "upgradectl status sales\n"
	  "upgradectl status sales --watch\n",
	  NULL, verb_status },
	{ "check", "check PAIR --to RELEASE [--procedure NAME] [--option K=V]...", "PAIR", true, O_PLAN, O(TO),
	  "everything that would stop an upgrade, at once",
	  "Changes nothing. Exit status 8 when there are blockers.\n",
	  "upgradectl check sales --to 22.1.1.21.0\n",
	  verb_settings_judge, verb_check },
	{ "plan", "plan PAIR --to RELEASE [--procedure NAME] [--option K=V]...", "PAIR", true, O_PLAN, O(TO),
	  "every step with its commands, gates and ways back",
	  "Changes nothing. Passwords are shown as stars.\n",
	  "upgradectl plan sales --to 22.1.1.21.0\n"
	  "upgradectl plan sales --to 22.1.1.21.0 --procedure asp-major | less\n",
	  verb_settings_judge, verb_plan },
	{ "start", "start PAIR --to RELEASE [--procedure NAME] [--option K=V]... [--gates LIST] [--wait [--timeout TIME]]", "PAIR", true, O_PLAN | O(GATES) | O(WAIT) | O(TIMEOUT), O(TO),
	  "begins an upgrade; refused while check has blockers",
	  "With --wait: " WAIT_ENDINGS,
	  "upgradectl start sales --to 22.1.1.21.0\n"
	  "upgradectl start sales --to 22.1.1.21.0 --gates before-swap,before-destroy --wait\n",
	  verb_settings_judge, verb_start },
	{ "advance", "advance PAIR [--through GATE | --all] [--comment TEXT]", "PAIR", true, O(THROUGH) | O(ALL) | O(COMMENT), 0,
	  "approves the gate at which it waits",
	  PAIR_OR_ID
	  "Approves what was last seen: if somebody was quicker, nothing is done.\n",
	  "upgradectl advance sales --comment 'change 4711, seen by Ann'\n"
	  "upgradectl advance sales --through before-destroy\n",
	  verb_advance_judge, verb_advance },
	{ "pause", "pause PAIR", "PAIR", true, 0, 0,
	  "holds after the step in hand",
	  PAIR_OR_ID,
	  "upgradectl pause sales\n",
	  NULL, verb_pause },
	{ "resume", "resume PAIR", "PAIR", true, 0, 0,
	  "goes on after a pause",
	  PAIR_OR_ID,
	  "upgradectl resume sales\n",
	  NULL, verb_resume },
	{ "retry", "retry PAIR", "PAIR", true, 0, 0,
	  "a step that needs attention, again, after the cause was mended",
	  PAIR_OR_ID,
	  "upgradectl why sales     # the cause and the remedy\n"
	  "upgradectl retry sales\n",
	  NULL, verb_retry },
	{ "abort", "abort PAIR [--yes] [--comment TEXT]", "PAIR", true, O(YES) | O(COMMENT), 0,
	  "back to a serving pair",
	  PAIR_OR_ID
	  "Says first what it will do, and asks. Past the point of no return it is refused,\n"
	  "with what is possible instead.\n",
	  "upgradectl abort sales\n"
	  "upgradectl abort sales --yes --comment 'window closed'\n",
	  NULL, verb_abort },
	{ "wait", "wait PAIR [--for done|gate|attention] [--timeout TIME]", "PAIR", true, O(FOR) | O(TIMEOUT), 0,
	  "blocks until the upgrade ends or needs somebody",
	  PAIR_OR_ID
	  "--for done and --for attention pass gates, which somebody else answers. A daemon\n"
	  "that restarts meanwhile is waited for.\n"
	  "It ends with: " WAIT_ENDINGS,
	  "upgradectl wait sales --for gate    # exit status 11: at a gate\n"
	  "upgradectl wait sales --for done --timeout 6h\n",
	  verb_wait_judge, verb_wait },
	{ "history", "history [PAIR] [--state STATE] [--limit N] [--after ID]", "PAIR", false, O(STATE) | O(LIMIT) | O(AFTER), 0,
	  "upgrades, finished and under way",
	  NULL,
	  "upgradectl history\n"
	  "upgradectl history sales --limit 10\n",
	  NULL, verb_history },
	{ "show", "show UPGRADE", "UPGRADE", true, 0, 0,
	  "one upgrade with its steps",
	  "UPGRADE may also be a pair: its upgrade under way, or else its last.\n",
	  "upgradectl show sales\n",
	  NULL, verb_show },
	{ "log", "log UPGRADE [--step N] [--follow]", "UPGRADE", true, O(STEP) | O(FOLLOW), 0,
	  "every command that ran, with its output",
	  "UPGRADE may also be a pair: its upgrade under way, or else its last.\n",
	  "upgradectl log sales --follow\n"
	  "upgradectl log sales --step 7\n",
	  NULL, verb_log },
	{ "procedures", "procedures [ENGINE]", "ENGINE", false, 0, 0,
	  "the upgrade procedures this daemon knows",
	  NULL,
	  "upgradectl procedures timesten\n",
	  NULL, verb_procedures },
	{ "version", "version", NULL, false, 0, 0,
	  "versions of client and daemon",
	  NULL,
	  "upgradectl version\n",
	  NULL, verb_version },
};
/* clang-format on */

#define VERBS ARRAY_SIZE(verbs)

const struct verb *
verbs_find(const char *name)
{
	size_t i;

	for (i = 0; i < VERBS; i++) {
		if (str_equal(verbs[i].name, name))
			return &verbs[i];
	}
	return NULL;
}

const char *
verbs_nearest(const char *word)
{
	const char *names[VERBS];
	size_t i;

	for (i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	return nearest(word, names, VERBS);
}

static void
help_overview(struct buf *out, const struct view *v)
{
	static const char *const heads[] = { "", "", NULL };
	struct table t;
	size_t i;

	buf_adds(out,
	    "upgradectl watches and steers upgraded, the upgrader of replicated database "
	    "pairs.\n\nusage: upgradectl [OPTION]... VERB [WORD] [OPTION]...\n\nverbs:\n");
	table_init(&t, v, heads);
	str_list_done(&t.cells); /* no heads */
	for (i = 0; i < VERBS; i++) {
		table_add(&t, verbs[i].name);
		table_add(&t, verbs[i].summary);
	}
	table_done(&t, out, 2);
	buf_adds(out, "\noptions:\n");
	options_help(out, v, OPTS_GLOBAL);
	buf_adds(out,
	    "\nexit status:\n"
	    "  0 done; 1 failed; 2 usage; 3 refused in this state; 4 needs attention; 5 no such\n"
	    "  thing; 6 daemon not reachable; 7 timed out; 8 blockers found; 9 not permitted;\n"
	    "  wait, start --wait: also 10 aborted, 11 waits at a gate\n\n"
	    "upgradectl VERB --help says more, with examples.\n");
}

static bool
add_example(char *line, void *arg)
{
	if (*line != '\0')
		buf_addf(arg, "  %s\n", line);
	return true;
}

void
verbs_help(struct buf *out, const struct view *v, const struct verb *verb)
{
	if (verb == NULL) {
		help_overview(out, v);
		return;
	}
	buf_addf(out, "upgradectl %s: %s\n\nusage: upgradectl %s\n\n", verb->name,
	    verb->summary, verb->usage);
	if (verb->help != NULL)
		buf_addf(out, "%s\n", verb->help);
	if (verb->options != 0) {
		buf_adds(out, "options:\n");
		options_help(out, v, verb->options);
		buf_adds(out, "\n");
	}
	buf_adds(out, "options of every verb:\n");
	options_help(out, v, OPTS_GLOBAL);
	buf_adds(out, "\nexamples:\n");
	str_each_line(verb->examples, add_example, out);
}
