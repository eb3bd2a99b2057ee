#include "tests/postgres/pgload.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_LIMIT_MS = 5000 };

/* --- the gate ------------------------------------------------------------------------- */

bool
gate_enter(struct load *l)
{
	bool open;

	pthread_mutex_lock(&l->mutex);
	while (l->paused && !l->stop)
		pthread_cond_wait(&l->changed, &l->mutex);
	open = !l->stop;
	if (open)
		l->in_flight++;
	pthread_mutex_unlock(&l->mutex);
	return open;
}

void
gate_leave(struct load *l)
{
	pthread_mutex_lock(&l->mutex);
	if (--l->in_flight == 0)
		pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->mutex);
}

int
gate_pause(struct load *l, int64_t limit_ms)
{
	int64_t until = now_us() + limit_ms * 1000;
	struct timespec at = { until / 1000000, until % 1000000 * 1000 };
	int rc = 0;

	pthread_mutex_lock(&l->mutex);
	l->paused = true;
	while (l->in_flight > 0 && rc == 0)
		rc = pthread_cond_timedwait(&l->changed, &l->mutex, &at);
	rc = l->in_flight > 0 ? -1 : 0;
	pthread_mutex_unlock(&l->mutex);
	return rc;
}

void
gate_resume(struct load *l)
{
	pthread_mutex_lock(&l->mutex);
	l->paused = false;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->mutex);
}

/* --- the socket ----------------------------------------------------------------------- */

static json_t *
refusal(const char *sentence)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", sentence);
}

static json_t *
agreed(json_t *o)
{
	json_object_set_new(o, "ok", json_true());
	return o;
}

static json_t *
answer(struct load *l, const char *verb, const char *arg)
{
	if (strcmp(verb, "pause") == 0) {
		if (gate_pause(l, arg != NULL ? atol(arg) : PAUSE_LIMIT_MS) != 0)
			return refusal("transactions are still in flight");
		return agreed(json_object());
	}
	if (strcmp(verb, "resume") == 0) {
		gate_resume(l);
		return agreed(json_object());
	}
	if (strcmp(verb, "status") == 0)
		return agreed(figures_json(l, false));
	if (strcmp(verb, "window") == 0)
		return agreed(figures_json(l, true));
	if (strcmp(verb, "stop") == 0) {
		kill(getpid(), SIGTERM);
		return agreed(json_object());
	}
	return refusal("unknown command: pause [MS], resume, status, window, stop");
}

static void
serve(struct load *l, int fd)
{
	FILE *in = fdopen(fd, "r");
	char line[256];

	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		char *arg;
		char *text;
		json_t *o;

		line[strcspn(line, "\r\n")] = '\0';
		arg = strchr(line, ' ');
		if (arg != NULL)
			*arg++ = '\0';
		o = answer(l, line, arg);
		text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(9));
		json_decref(o);
		dprintf(fd, "%s\n", text != NULL ? text : "{\"ok\":false}");
		free(text);
	}
	if (in != NULL)
		fclose(in);
	else
		close(fd);
}

struct listener {
	struct load *load;
	int fd;
};

static void *
listen_on(void *arg)
{
	struct listener *s = arg;
	int fd;

	while ((fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0 || errno == EINTR) {
		if (fd >= 0)
			serve(s->load, fd);
	}
	return NULL;
}

int
control_start(struct load *l)
{
	static struct listener s;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	pthread_t thread;

	if (strlen(l->opt.control) >= sizeof(at.sun_path)) {
		fprintf(stderr, "pgload: the socket's name is too long: %s\n",
		    l->opt.control);
		return -1;
	}
	memcpy(at.sun_path, l->opt.control, strlen(l->opt.control) + 1);
	unlink(l->opt.control);
	s.load = l;
	s.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s.fd < 0 || bind(s.fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(s.fd, 8) != 0 || pthread_create(&thread, NULL, listen_on, &s) != 0) {
		perror(l->opt.control);
		return -1;
	}
	pthread_detach(thread);
	return 0;
}
