#include "config.h"

#include "daemon/runner/ssh_words.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "common/str.h"

/* In this order: what is printed first explains what is printed last. %s: destination. */
/* clang-format off */
static const struct { const char *said, *means, *remedy; } words[] = {
	{ "REMOTE HOST IDENTIFICATION HAS CHANGED", "its host key has changed",
	  "find out why; only then take the old key out of known_hosts" },
	{ "Host key verification failed", "its host key is unknown",
	  "compare its key, then add it to known_hosts of the daemon's user" },
	{ "Could not resolve hostname", "its name is not known", NULL },
	{ "UNPROTECTED PRIVATE KEY FILE", "our key may be read by others, so that ssh leaves it out",
	  "chmod 600 the IdentityFile" },
	{ "Permission denied", "it does not let us in",
	  "give it the public key of the daemon's user, or the daemon its agent; a key with a "
	  "passphrase needs one" },
	{ "Too many authentication failures", "it does not let us in",
	  "name one key for it in ssh_config: IdentityFile, IdentitiesOnly yes" },
	{ "contains invalid characters", "ssh does not take its destination", NULL },
	{ "Connection refused", "nothing listens there", NULL },
	{ "No route to host", "there is no way to it", NULL },
	{ "Network is unreachable", "there is no way to it", NULL },
	{ "timed out", "it does not answer", NULL },
	{ "stdio forwarding failed", "the jump host does not lead to it",
	  "see AllowTcpForwarding there, and that it reaches the host" },
	{ "not responding", "it does not answer any more", NULL },
	{ "Unable to negotiate", "it and our ssh have no algorithm in common", NULL },
	{ "Bad owner or permissions", "ssh does not accept its own configuration", NULL },
	{ "Can't open user config file", "ssh does not find its configuration", NULL },
	{ "Bad configuration option", "ssh does not accept its own configuration", NULL },
	{ "bad configuration options", "ssh does not accept its own configuration", NULL },
	{ "keyword ", "ssh does not accept its own configuration", NULL },
	{ "Connection closed by", "it closed the connection before we were in",
	  "see MaxStartups and the log of its sshd" },
	{ "Connection reset by", "the connection was cut", NULL },
	{ "Broken pipe", "the connection was cut", NULL },
};
/* clang-format on */

static bool
keep_last(char *line, void *arg)
{
	char **last = arg;
	char *text = str_trim(line);

	if (text[0] != '\0') {
		free(*last);
		*last = mem_strdup(text);
	}
	return true;
}

char *
ssh_words(const char *host, const char *destination, const char *said)
{
	const char *means = "ssh failed", *remedy = NULL;
	char *last = mem_strdup("without a word"), *text;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(said, words[i].said) != NULL) {
			means = words[i].means;
			remedy = words[i].remedy;
			break;
		}
	str_each_line(said, keep_last, &last);
	text = mem_printf("host %s (%s): %s (ssh: %s)%s%s", host, destination, means,
	    last, remedy != NULL ? "; " : "", remedy != NULL ? remedy : "");
	free(last);
	return text;
}
