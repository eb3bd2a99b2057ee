#include "config.h"

#include "tests/unit/client/fake_daemon.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <check.h>

#include "client/ctl.h"
#include "common/buf.h"
#include "common/mem.h"
#include "common/str.h"

#define LINES_MAX 32
#define WORDS_MAX 32

static struct {
	char folder[64], path[96];
	int fd;
	bool stop;
	pthread_t thread;
	pthread_mutex_t lock;
	const struct line *lines;
	int used[LINES_MAX];
	struct buf heard;
	char *heard_copy;
} server = { .fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER };

static void
header_value(const char *request, const char *name, char *value, size_t size)
{
	const char *at = str_find_nocase(request, name);

	value[0] = '\0';
	if (at == NULL)
		return;
	str_printf(value, size, "%.*s", (int)strcspn(at + strlen(name), "\r\n"),
	    at + strlen(name));
}

static void
keep(const char *request, const char *first, const char *body)
{
	char match[64], key[64], token[64];

	header_value(request, "\nIf-Match: ", match, sizeof(match));
	header_value(request, "\nIdempotency-Key: ", key, sizeof(key));
	header_value(request, "\nAuthorization: ", token, sizeof(token));
	buf_addf(&server.heard, "%s%s%s%s%s%s %s\n", first, *match ? " If-Match=" : "",
	    match, *key ? " Idempotency-Key=yes" : "", *token ? " " : "", token, body);
}

static const struct line *
choose(const char *first)
{
	int i;

	for (i = 0; server.lines[i].request != NULL; i++) {
		if (!str_equal(server.lines[i].request, first))
			continue;
		if (server.lines[i].uses > 0 && server.used[i] >= server.lines[i].uses)
			continue;
		server.used[i]++;
		return &server.lines[i];
	}
	return NULL;
}

static void
put(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0 && (n = send(fd, text, len, MSG_NOSIGNAL)) > 0) {
		text += n;
		len -= (size_t)n;
	}
}

void
requote(char *text)
{
	for (; (text = strchr(text, '\'')) != NULL; text++)
		*text = '"';
}

static void
answer(int fd, const struct line *l)
{
	struct buf out = { 0 };
	const char *body =
	    l != NULL ? l->body : "{'code':'not-found','detail':'no such thing'}";
	int status = l != NULL ? l->status : 404;

	if (status != 0) {
		buf_addf(&out, "HTTP/1.1 %d Said\r\nConnection: close\r\n%s\r\n%s",
		    status,
		    l != NULL && l->head != NULL ? l->head
			: status >= 400 ? "Content-Type: application/problem+json\r\n"
					: "Content-Type: application/json\r\n",
		    body);
		requote(out.data);
		put(fd, buf_text(&out), out.len);
	}
	buf_done(&out);
}

/* Head and body; false when the other side went away. */
static bool
read_request(int fd, struct buf *in, const char **body)
{
	char piece[4096], length[32];
	const char *end;
	int64_t size = 0;
	ssize_t n;

	for (;;) {
		end = strstr(buf_text(in), "\r\n\r\n");
		if (end != NULL) {
			header_value(buf_text(in), "\nContent-Length: ", length,
			    sizeof(length));
			(void)str_to_int(length, 0, 100000, &size);
			*body = end + 4;
			if (strlen(*body) >= (size_t)size)
				return true;
		}
		n = recv(fd, piece, sizeof(piece), 0);
		if (n <= 0)
			return false;
		buf_add(in, piece, (size_t)n);
	}
}

static void
serve(int fd)
{
	struct buf in = { 0 };
	const char *body = "";
	const struct line *l;
	char first[256];

	if (read_request(fd, &in, &body)) {
		str_printf(first, sizeof(first), "%.*s",
		    (int)(strstr(buf_text(&in), " HTTP/") - buf_text(&in)),
		    buf_text(&in));
		pthread_mutex_lock(&server.lock);
		if (!str_starts(first, "GET /v1/events"))
			keep(buf_text(&in), first, body);
		l = choose(first);
		pthread_mutex_unlock(&server.lock);
		answer(fd, l);
	}
	buf_done(&in);
	close(fd);
}

static void *
loop(void *arg)
{
	struct pollfd p = { .fd = server.fd, .events = POLLIN };
	int fd;

	while (!server.stop) {
		if (poll(&p, 1, 10) <= 0)
			continue;
		fd = accept(server.fd, NULL, NULL);
		if (fd >= 0)
			serve(fd);
	}
	return arg;
}

static void
clean_up(void)
{
	(void)unlink(server.path);
	(void)rmdir(server.folder);
}

void
daemon_start(const struct line *lines)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (server.path[0] == '\0') {
		(void)str_copy(server.folder, sizeof(server.folder),
		    "/tmp/check_client.XXXXXX");
		ck_assert_ptr_nonnull(mkdtemp(server.folder));
		str_printf(server.path, sizeof(server.path), "%s/sock", server.folder);
		(void)atexit(clean_up);
	}
	(void)unlink(server.path);
	(void)str_copy(at.sun_path, sizeof(at.sun_path), server.path);
	server.lines = lines;
	memset(server.used, 0, sizeof(server.used));
	server.stop = false;
	server.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(server.fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(server.fd, 16), 0);
	ck_assert_int_eq(pthread_create(&server.thread, NULL, loop, NULL), 0);
}

void
daemon_stop(void)
{
	if (server.fd < 0)
		return;
	server.stop = true;
	pthread_join(server.thread, NULL);
	close(server.fd);
	server.fd = -1;
}

const char *
daemon_socket(void)
{
	return server.path;
}

const char *
daemon_heard(void)
{
	pthread_mutex_lock(&server.lock);
	free(server.heard_copy);
	server.heard_copy = mem_strdup(buf_text(&server.heard));
	pthread_mutex_unlock(&server.lock);
	return server.heard_copy;
}

int
daemon_heard_count(const char *text)
{
	const char *at = daemon_heard();
	int n = 0;

	for (; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

struct ran
run(const char *word, ...)
{
	char *argv[WORDS_MAX] = { NULL };
	struct ran r = { 0 };
	size_t out_len, err_len;
	FILE *in = fopen("/dev/null", "r"), *out = open_memstream(&r.out, &out_len),
	     *err = open_memstream(&r.err, &err_len);
	va_list ap;
	int argc = 0;

	argv[argc++] = mem_strdup("upgradectl");
	va_start(ap, word);
	for (; word != NULL && argc + 3 < WORDS_MAX; word = va_arg(ap, const char *))
		argv[argc++] = mem_strdup(word);
	va_end(ap);
	(void)setenv("UPGRADECTL_SOCKET", server.path, 1);
	(void)unsetenv("UPGRADECTL_URL");
	r.status = ctl_run(argc, argv, in, out, err);
	fclose(in);
	fclose(out);
	fclose(err);
	while (argc > 0)
		free(argv[--argc]);
	return r;
}

void
ran_done(struct ran *r)
{
	free(r->out);
	free(r->err);
}
