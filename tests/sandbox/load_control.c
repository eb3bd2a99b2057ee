/*
 * The control socket of the load: a unix stream socket, one line in, one line of JSON
 * out, as many as the caller likes.
 *
 *   pause [LIMIT_MS]   holds the applications; answers when nothing is in flight
 *   resume [NAME]      lets them go on, at this store or host first
 *   status             the numbers so far
 *   stop               orderly end, like SIGTERM
 *
 * Every answer has "ok"; a refusal has "error" with a sentence.
 */
#include "tests/sandbox/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct caller {
	struct load *load;
	int fd;
};

static json_t *
refusal(const char *sentence)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", sentence);
}

static json_t *
answer_pause(struct load *l, const char *arg)
{
	long limit_ms = arg != NULL ? strtol(arg, NULL, 10) : l->opt.answer_limit_ms;

	if (load_pause(l, limit_ms) != 0)
		return refusal("transactions are still in flight, or somebody resumed");
	return json_pack("{s:b, s:b}", "ok", 1, "ignored", l->opt.undisciplined);
}

static json_t *
answer_resume(struct load *l, const char *arg)
{
	if (load_resume(l, arg) != 0)
		return refusal("no member has that store or host");
	return json_pack("{s:b}", "ok", 1);
}

static json_t *
answer_status(struct load *l)
{
	json_t *o = load_status(l);

	json_object_set_new(o, "ok", json_true());
	return o;
}

static json_t *
answer(struct load *l, char *line)
{
	char *arg = strchr(line, ' ');

	if (arg != NULL) {
		*arg++ = '\0';
		if (*arg == '\0')
			arg = NULL;
	}
	if (strcmp(line, "pause") == 0)
		return answer_pause(l, arg);
	if (strcmp(line, "resume") == 0)
		return answer_resume(l, arg);
	if (strcmp(line, "status") == 0)
		return answer_status(l);
	if (strcmp(line, "stop") == 0) {
		load_stop(l);
		return json_pack("{s:b}", "ok", 1);
	}
	return refusal("unknown command: pause [MS], resume [NAME], status, stop");
}

static void *
serve_caller(void *arg)
{
	struct caller *c = arg;
	FILE *in = fdopen(c->fd, "r");
	char line[256];

	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		json_t *o;
		char *text;

		line[strcspn(line, "\r\n")] = '\0';
		o = answer(c->load, line);
		text = json_dumps(o, JSON_COMPACT);
		json_decref(o);
		dprintf(c->fd, "%s\n", text != NULL ? text : "{\"ok\":false}");
		free(text);
	}
	if (in != NULL)
		fclose(in);
	free(c);
	return NULL;
}

struct door {
	struct load *load;
	int fd;
};

static void *
serve(void *arg)
{
	struct door *d = arg;

	for (;;) {
		struct caller *c;
		pthread_t thread;
		int fd = accept4(d->fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			continue;
		c = malloc(sizeof(*c));
		if (c == NULL)
			abort();
		*c = (struct caller){ .load = d->load, .fd = fd };
		if (pthread_create(&thread, NULL, serve_caller, c) != 0) {
			close(fd);
			free(c);
			continue;
		}
		pthread_detach(thread);
	}
	return NULL;
}

int
load_control_start(struct load *l)
{
	static struct door door; /* lives as long as the process */
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	pthread_t thread;

	if (strlen(l->opt.control) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(at.sun_path, l->opt.control, strlen(l->opt.control) + 1);
	door.load = l;
	door.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (door.fd < 0)
		return -1;
	unlink(l->opt.control);
	if (bind(door.fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(door.fd, 16) != 0)
		return -1;
	errno = pthread_create(&thread, NULL, serve, &door);
	if (errno != 0)
		return -1;
	pthread_detach(thread);
	return 0;
}
