#include "tests/unit/runner/sshd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/mem.h"

char sshd_folder[64];
static struct host usual;

static int
run(char *const *argv)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static char *
script(void)
{
	const char *top = getenv("abs_top_srcdir"), *dir = getenv("srcdir");

	return mem_printf("%s/tests/ssh/sshd.sh",
	    top != NULL       ? top
		: dir != NULL ? dir
			      : "..");
}

int
sshd_do(const char *verb)
{
	char *path = script(), *word = mem_strdup(verb);
	char *argv[] = { path, word, sshd_folder, NULL };
	int status = run(argv);

	free(path);
	free(word);
	return status;
}

int
sshd_shell(const char *text)
{
	char *line = mem_printf("cd %s && { %s; } >/dev/null 2>&1", sshd_folder, text);
	char *argv[] = { mem_strdup("sh"), mem_strdup("-c"), line, NULL };
	int status = run(argv);

	for (int i = 0; i < 3; i++)
		free(argv[i]);
	return status;
}

struct host *
sshd_host_with(const char *const *options)
{
	struct host *h = mem_alloc(sizeof(*h));

	h->name = mem_strdup("far");
	h->transport = TRANSPORT_SSH;
	h->ssh_destination = mem_strdup("far");
	for (; options != NULL && *options != NULL; options++)
		str_list_add(&h->ssh_options, *options);
	str_list_add(&h->ssh_options, "-F");
	str_list_addf(&h->ssh_options, "%s/ssh_config", sshd_folder);
	return h;
}

const struct host *
sshd_host(void)
{
	if (usual.name == NULL) {
		struct host *h = sshd_host_with(NULL);

		usual = *h;
		free(h);
	}
	return &usual;
}

int
sshd_start(void)
{
	str_copy(sshd_folder, sizeof(sshd_folder), "/tmp/check-ssh-XXXXXX");
	if (mkdtemp(sshd_folder) == NULL)
		return 1;
	return sshd_do("up");
}

void
sshd_stop(void)
{
	char *words[] = { mem_strdup("rm"), mem_strdup("-rf"), sshd_folder, NULL };

	sshd_do("down");
	run(words);
	free(words[0]);
	free(words[1]);
}
