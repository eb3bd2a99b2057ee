/* Ways to a host that the site's own ssh knows, and every way in which there is none, in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "daemon/runner/parts.h"
#include "tests/lib/fake_tool.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/sshd.h"
#include "tests/unit/runner/stage.h"

static void
free_host(struct host *h)
{
	free(h->name);
	free(h->ssh_destination);
	str_list_done(&h->ssh_options);
	free(h);
}

/* %s: the folder of the sshd. */
static struct host *
host_by(const char *const *options)
{
	char *texts[4] = { NULL };
	struct host *h;
	int n = 0;

	for (; n < 3 && options[n] != NULL; n++) {
		const char *at = strstr(options[n], "%s");

		texts[n] = at == NULL ? mem_strdup(options[n])
				      : mem_printf("%.*s%s%s", (int)(at - options[n]),
					    options[n], sshd_folder, at + 2);
	}
	h = sshd_host_with((const char *const *)texts);
	for (int i = 0; i < n; i++)
		free(texts[i]);
	return h;
}

static void
say(const struct host *host, struct ended *e)
{
	char *argv[] = { mem_strdup("echo"), mem_strdup("there"), NULL };

	*e = (struct ended){ 0 };
	process_run(runner, host, argv, NULL, 20000, on_done, e);
	free(argv[0]);
	free(argv[1]);
	WAIT_FOR(e->calls == 1);
}

static void
shell(const char *text)
{
	ck_assert_int_eq(sshd_shell(text), 0);
}

/* ---- there is none ---- */

#define LAX(known)                                                                     \
	"cp ssh_config kept; "                                                         \
	"printf 'Host *\n\tStrictHostKeyChecking no\n\tUserKnownHostsFile %s\n' " known   \
	" | cat - kept >ssh_config"

#define COMMAND(text)                                                                  \
	"cp authorized_keys kept_keys; sed -i 's|^|command=\"" text "\" |' authorized_keys"
#define COMMAND_OVER "mv kept_keys authorized_keys"
#define HANGS	     "a shell that hangs"

/* clang-format off */
static const struct {
	const char *what, *before, *options[4], *words, *remedy, *after;
} failures[] = {
	{ "unknown key", "true", { "-oUserKnownHostsFile=/dev/null" },
	  "its host key is unknown", "known_hosts of the daemon's user", "true" },
	{ "unknown key, where the site's ssh_config takes any", LAX("/dev/null"),
	  { "-oTCPKeepAlive=yes" },
	  "its host key is unknown", "known_hosts of the daemon's user", "mv kept ssh_config" },
	{ "another key than before, where it takes any",
	  "printf '[127.0.0.1]:%s %s\n' \"$(cat port)\" \"$(cut -d ' ' -f 1,2 key.pub)\" >other_hosts; "
	  LAX("$PWD/other_hosts"), { "-oTCPKeepAlive=no" }, "its host key has changed", "find out why",
	  "mv kept ssh_config; rm other_hosts" },
	{ "another key than before",
	  "printf '[127.0.0.1]:%s %s\n' \"$(cat port)\" \"$(cut -d ' ' -f 1,2 key.pub)\" >other_hosts",
	  { "-oUserKnownHostsFile=%s/other_hosts" },
	  "its host key has changed", "find out why", "rm other_hosts" },
	{ "refused", "true", { "-oPort=1" }, "nothing listens there", "", "true" },
	{ "no answer", "kill -STOP $(cat pid)", { "-oConnectTimeout=1" },
	  "it does not answer", "", "kill -CONT $(cat pid)" },
	{ "no key that it takes", "true", { "-oPubkeyAuthentication=no" },
	  "it does not let us in", "the public key of the daemon's user", "true" },
	{ "closed before we were in", "true", { "-oProxyCommand=true" },
	  "it closed the connection before we were in", "MaxStartups", "true" },
	{ "an option that is none", "true", { "-oNoSuchOption=1" },
	  "does not accept its own configuration", "", "true" },
	{ "a jump host that is not there", "true", { "-oProxyJump=127.0.0.1:1" },
	  "host far (far): ", "", "true" },
	{ "a key that others may read", "chmod 644 key", { "-oTCPKeepAlive=yes" },
	  "our key may be read by others", "chmod 600", "chmod 600 key" },
	{ "a configuration that is not there", "mv ssh_config kept", { "-oTCPKeepAlive=yes" },
	  "ssh does not find its configuration", "", "mv kept ssh_config" },
	{ "a forced command", COMMAND("echo only this"), { "-oTCPKeepAlive=yes" },
	  "host far: no command was run there: \"only this\"", "", COMMAND_OVER },
	{ "a shell that runs nothing", COMMAND("true"), { "-oTCPKeepAlive=yes" },
	  "its login shell ended and ran no command", "ForceCommand", COMMAND_OVER },
	{ "start files that print",
	  COMMAND("echo noise; exec /bin/sh -c \\\\\"$SSH_ORIGINAL_COMMAND\\\\\""), { "-oTCPKeepAlive=yes" },
	  "its login shell prints before a command runs: \"noise\"", "silent", COMMAND_OVER },
	{ HANGS, COMMAND("echo wait; sleep 60"), { "-oTCPKeepAlive=yes" },
	  "its login shell has not run a command for 1 s: \"wait\"", "start files", COMMAND_OVER },
};
/* clang-format on */

START_TEST(says_why_it_failed)
{
	struct host *h;
	struct ended e;

	shell(failures[_i].before);
	if (strcmp(failures[_i].what, HANGS) == 0)
		runner->greeting_ms = 1500;
	h = host_by(failures[_i].options);
	say(h, &e);
	shell(failures[_i].after);
	ck_assert_int_eq(e.o.ending, ENDING_FAILED);
	ck_assert_msg(strstr(e.o.output, failures[_i].words) != NULL &&
		strstr(e.o.output, failures[_i].remedy) != NULL,
	    "%s: %s", failures[_i].what, e.o.output);
	outcome_done(&e.o);
	free_host(h);
}
END_TEST

/* Nobody keeps an answer back where nobody was reached: its time is up when it is. */
START_TEST(a_question_to_a_silent_host_takes_its_limit)
{
	static const char *const options[] = { "-oTCPKeepAlive=yes", NULL };
	struct host *h = host_by(options);
	struct str_list argv = { 0 }, env = { 0 };
	struct ended e = { 0 };
	struct session *s;
	int64_t began;

	shell("kill -STOP $(cat pid)");
	str_list_add(&argv, "/bin/sh");
	s = session_new(runner, h, &fake_shell, &argv, &env);
	began = clock_mono_ms();
	session_ask(s, "echo there", 200, ASK_LAST, on_done, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_int_lt(clock_mono_ms() - began, 1900);
	shell("kill -CONT $(cat pid)");
	ck_assert_int_eq(e.o.ending, ENDING_TIMED_OUT);
	outcome_done(&e.o);
	str_list_done(&argv);
	session_free(s);
	free_host(h);
}
END_TEST

/* ---- the site's own ---- */

static void
arrives(const char *const *options)
{
	struct host *h = host_by(options);
	struct ended e;

	say(h, &e);
	ck_assert_msg(e.o.ending == ENDING_EXITED && strcmp(e.o.output, "there\n") == 0,
	    "%s", e.o.output);
	outcome_done(&e.o);
	free_host(h);
}

START_TEST(over_a_jump_host)
{
	static const char *const options[] = { "-oProxyJump=far-jump", NULL };

	arrives(options);
}
END_TEST

/* The key is nowhere but in the agent. */
START_TEST(with_a_key_of_the_agent)
{
	static const char *const options[] = { "-oIdentityAgent=%s/agent", NULL };

	shell("ssh-agent -a $PWD/agent >agent.out && SSH_AUTH_SOCK=$PWD/agent ssh-add key && "
	      "mv key key.away");
	arrives(options);
	shell("mv key.away key && kill $(sed -n 's/.*SSH_AGENT_PID=\\([0-9]*\\).*/\\1/p' agent.out)");
}
END_TEST

TCase *
ssh_ways_tests(void)
{
	TCase *tc = tcase_create("ways");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, stage_setup, stage_teardown);
	tcase_add_loop_test(tc, says_why_it_failed, 0, (int)ARRAY_SIZE(failures));
	tcase_add_test(tc, a_question_to_a_silent_host_takes_its_limit);
	tcase_add_test(tc, over_a_jump_host);
	tcase_add_test(tc, with_a_key_of_the_agent);
	return tc;
}
