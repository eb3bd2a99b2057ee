/* What far shells read, what masters say, what ssh says. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/mux.h"
#include "daemon/runner/remote.h"
#include "daemon/runner/ssh_words.h"
#include "tests/unit/runner/check_runner.h"
#include "tests/unit/runner/stage.h"

/* ---- through shells ---- */

static bool
is_there(const char *program)
{
	const char *path = getenv("PATH");
	char file[512];

	if (*program == '/')
		return access(program, X_OK) == 0;
	for (; path != NULL && *path != '\0'; path += strcspn(path, ":")) {
		path += *path == ':';
		str_printf(file, sizeof(file), "%.*s/%s", (int)strcspn(path, ":"), path,
		    program);
		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

/* The login shell gets the command line, what it starts the line as its input. */
static void
run_by(const char *login, const char *command, const char *line, struct buf *ret)
{
	char name[] = "/tmp/check-remote-XXXXXX", chunk[65536];
	int from[2], file = mkstemp(name);
	ssize_t n;
	pid_t pid;

	ck_assert(file >= 0 && unlink(name) == 0 && pipe(from) == 0);
	ck_assert_int_eq(write(file, line, strlen(line)), (ssize_t)strlen(line));
	lseek(file, 0, SEEK_SET);
	pid = fork();
	if (pid == 0) {
		dup2(file, 0);
		dup2(from[1], 1);
		close(from[0]);
		close(from[1]);
		execlp(login, login, "-c", command, NULL);
		_exit(127);
	}
	close(file);
	close(from[1]);
	while ((n = read(from[0], chunk, sizeof(chunk))) > 0)
		buf_add(ret, chunk, (size_t)n);
	close(from[0]);
	waitpid(pid, NULL, 0);
}

/* The command line, with another shell in the place of /bin/sh. */
static char *
command_with(const char *shell)
{
	char *command = remote_command(""), *at = strstr(command, "/bin/sh"), *other;

	ck_assert_ptr_nonnull(at);
	*at = '\0';
	other = mem_printf("%s%s%s", command, shell, at + strlen("/bin/sh"));
	free(command);
	return other;
}

static void
add_words(struct str_list *words)
{
	char every[256], *big = mem_alloc(100001);

	for (int i = 1; i < 256; i++)
		every[i - 1] = (char)i;
	every[255] = '\0';
	str_list_add(words, every);
	str_list_add(words, "");
	str_list_add(words, "'");
	str_list_add(words, "\n");
	str_list_add(words, "\n\n'\\\n''");
	str_list_add(words, "$HOME `id` $(id) \"$ud_n\" ! !! * ~ {a,b} \\");
	str_list_add(words, "-n");
	str_list_add(words, " a  b ");
	str_list_add(words, "\xc3\xa4\xff\xfe\x81\x88");
	for (int i = 1; i < 256; i++) {
		char one[2] = { (char)i, '\0' };

		str_list_add(words, one);
	}
	for (int i = 0; i < 100000; i++)
		big[i] = (char)(1 + (i * 7) % 255);
	str_list_add(words, big);
	str_list_add(words, "");
	free(big);
}

/* clang-format off */
static const struct { const char *login, *sh; } shells[] = {
	{ "sh",   "/bin/sh" },
	{ "bash", "/bin/sh" },
	{ "bash", "bash --posix" },
	{ "sh",   "busybox sh" },
	{ "ksh",  "ksh" },
	{ "zsh",  "/bin/sh" },
	{ "csh",  "/bin/sh" },
	{ "tcsh", "/bin/sh" },
	{ "fish", "/bin/sh" },
};
/* clang-format on */

START_TEST(words_arrive_unharmed)
{
	struct str_list words = { 0 };
	struct buf line = { 0 }, want = { 0 }, got = { 0 };
	char first[32], *command = command_with(shells[_i].sh);

	str_copy(first, sizeof(first), shells[_i].sh);
	first[strcspn(first, " ")] = '\0';
	if (is_there(shells[_i].login) && is_there(first)) {
		add_words(&words);
		buf_adds(&line, "set --");
		remote_quote_all(&line, words.items);
		buf_adds(&line, "; printf '%s\\0' \"$@\"\n");
		for (size_t i = 0; i < words.count; i++)
			buf_add(&want, words.items[i], strlen(words.items[i]) + 1);
		run_by(shells[_i].login, command, line.data, &got);
		for (size_t i = 0; i < want.len && i < got.len; i++)
			ck_assert_msg(want.data[i] == got.data[i],
			    "%s, %s: byte %zu is %d, not %d", shells[_i].login,
			    shells[_i].sh, i, got.data[i], want.data[i]);
		ck_assert_uint_eq(got.len, want.len);
	}
	str_list_done(&words);
	buf_done(&line);
	buf_done(&want);
	buf_done(&got);
	free(command);
}
END_TEST

START_TEST(environment_arrives_unharmed)
{
	char one[] = "ONE=a b'\n\"$HOME\"", two[] = "TWO=", three[] = "THREE==x=";
	char *env[] = { one, two, three, NULL };
	char *command = remote_command("");
	struct buf line = { 0 }, got = { 0 };

	remote_export(&line, env);
	buf_adds(&line,
	    "sh -c 'printf \"%s|%s|%s|%s\" \"$ONE\" \"$TWO\" \"$THREE\" $LC_ALL'\n");
	run_by("sh", command, line.data, &got);
	ck_assert_str_eq(buf_text(&got), "a b'\n\"$HOME\"||=x=|C");
	free(command);
	buf_done(&line);
	buf_done(&got);
}
END_TEST

/* ---- the protocol of masters ---- */

static void
add_numbers(struct buf *b, const uint32_t *numbers, size_t count)
{
	uint32_t len = htonl((uint32_t)(count * sizeof(uint32_t)));

	buf_add(b, &len, sizeof(len));
	for (size_t i = 0; i < count; i++) {
		uint32_t n = htonl(numbers[i]);

		buf_add(b, &n, sizeof(n));
	}
}
#define ADD(b, ...)                                         \
	add_numbers((b), (const uint32_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* However it is cut into pieces. */
START_TEST(messages_of_a_master)
{
	struct buf all = { 0 }, in = { 0 };
	struct mux_message m;
	int opened = 0, exited = 0;

	ADD(&all, 1, 4);
	ADD(&all, 0x80000006, 1, 7);
	ADD(&all, 0x80000001, 1);
	ADD(&all, 0x80000004, 7, 255);
	for (size_t i = 0; i < all.len; i++) {
		buf_add(&in, all.data + i, 1);
		mux_next(&in, &m);
		opened += m.event == MUX_OPENED;
		if (m.event == MUX_EXITED)
			exited = m.status;
		ck_assert(m.event != MUX_BROKEN && m.event != MUX_REFUSED);
	}
	ck_assert_int_eq(opened, 1);
	ck_assert_int_eq(exited, 255);
	ck_assert_uint_eq(in.len, 0);
	buf_done(&all);
	buf_done(&in);
}
END_TEST

START_TEST(messages_that_are_none)
{
	struct buf in = { 0 };
	struct mux_message m;

	ADD(&in, 1, 5); /* another version */
	mux_next(&in, &m);
	ck_assert_int_eq(m.event, MUX_BROKEN);
	buf_clear(&in);
	ADD(&in, 0x80000004, 7); /* too short */
	mux_next(&in, &m);
	ck_assert_int_eq(m.event, MUX_BROKEN);
	buf_clear(&in);
	ADD(&in, 0x80000003, 1, 400); /* a text beyond its end */
	mux_next(&in, &m);
	ck_assert_int_eq(m.event, MUX_BROKEN);
	buf_clear(&in);
	buf_add(&in, "\xff\xff\xff\xff", 4);
	mux_next(&in, &m);
	ck_assert_int_eq(m.event, MUX_BROKEN);
	buf_done(&in);
}
END_TEST

/* ---- words ---- */

/* clang-format off */
static const struct { const char *said, *says; } words[] = {
	{ "ssh: Could not resolve hostname m1: Name or service not known\r\n", "its name is not known (ssh: ssh: Could not" },
	{ "ssh: connect to host m1 port 22: Connection refused\r\n", "nothing listens there" },
	{ "ssh: connect to host m1 port 22: No route to host\r\n", "there is no way to it" },
	{ "No ED25519 host key is known for m1 and you have requested strict checking.\r\nHost key verification failed.\r\n", "its host key is unknown" },
	{ "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.\r\n", "its host key has changed" },
	{ "tt@m1: Permission denied (publickey,password).\r\n", "it does not let us in (ssh: tt@m1: Permission denied (publickey,password).); give" },
	{ "", "ssh failed (ssh: without a word)" },
};
/* clang-format on */

START_TEST(every_failure_has_words)
{
	char *text = ssh_words("m1", "tt@m1", words[_i].said);

	ck_assert_ptr_eq(strstr(text, "host m1 (tt@m1): "), text);
	ck_assert_msg(strstr(text, words[_i].says) != NULL, "%s", text);
	free(text);
}
END_TEST

TCase *
remote_tests(void)
{
	TCase *tc = tcase_create("remote");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, words_arrive_unharmed, 0, (int)ARRAY_SIZE(shells));
	tcase_add_test(tc, environment_arrives_unharmed);
	tcase_add_test(tc, messages_of_a_master);
	tcase_add_test(tc, messages_that_are_none);
	tcase_add_loop_test(tc, every_failure_has_words, 0, (int)ARRAY_SIZE(words));
	return tc;
}
