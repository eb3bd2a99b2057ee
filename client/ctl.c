#include "config.h"

#include "client/ctl.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client/http.h"
#include "client/render_json.h"
#include "client/verb.h"
#include "common/mem.h"

static bool
is_terminal(FILE *f)
{
	int fd = fileno(f);

	return fd >= 0 && isatty(fd);
}

static struct view
view_of(const struct options *o, FILE *f)
{
	struct view v = { 0 };
	struct winsize size = { 0 };

	if (!is_terminal(f))
		return v;
	if (ioctl(fileno(f), TIOCGWINSZ, &size) == 0)
		v.width = size.ws_col;
	v.colour = !o->no_color && !str_equal(getenv("TERM"), "dumb");
	return v;
}

static void
ctl_init(struct ctl *ctl, FILE *in, FILE *out, FILE *err)
{
	options_add_environment(&ctl->opt);
	ctl->in = in;
	ctl->out = out;
	ctl->err = err;
	ctl->view = view_of(&ctl->opt, out);
	ctl->err_view = view_of(&ctl->opt, err);
	ctl->is_screen = is_terminal(out) && !str_equal(getenv("TERM"), "dumb");
	ctl->may_ask = is_terminal(in) && is_terminal(err);
}

void
ctl_show_doc(struct ctl *ctl, const json_t *doc, ctl_page *page)
{
	struct buf text = { 0 };

	if (ctl->opt.json) {
		json_show_line(ctl->out, doc);
	} else if (!ctl->opt.quiet) {
		page(&text, &ctl->view, doc);
		(void)fwrite(buf_text(&text), 1, text.len, ctl->out);
		buf_done(&text);
	}
}

void
ctl_show(struct ctl *ctl, const struct answer *a, ctl_page *page)
{
	if (ctl->opt.json)
		json_show_answer(ctl->out, buf_text(&a->reply.body), a->reply.body.len);
	else
		ctl_show_doc(ctl, a->doc, page);
}

void
ctl_say(struct ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	if (ctl->opt.json || ctl->opt.quiet)
		return;
	va_start(ap, fmt);
	vfprintf(ctl->out, fmt, ap);
	va_end(ap);
}

int
ctl_problem(struct ctl *ctl, struct problem *p)
{
	(void)fflush(ctl->out);
	return problem_tell(p, &ctl->err_view, ctl->err,
	    ctl->opt.json ? ctl->out : NULL);
}

static void
show_help(struct ctl *ctl, FILE *f)
{
	struct buf text = { 0 };

	verbs_help(&text, &ctl->view, ctl->opt.verb);
	fputs(buf_text(&text), f);
	buf_done(&text);
}

static int
run_verb(struct ctl *ctl)
{
	struct http_endpoint at = {
		.socket = ctl->opt.socket,
		.url = ctl->opt.url,
		.token_file = ctl->opt.token_file,
	};
	struct problem p = { 0 };
	struct ud_error err = { 0 };
	int status;

	if (http_new(&at, &ctl->http, &err) != 0) {
		(void)problem_set(&p, &err);
		return ctl_problem(ctl, &p);
	}
	status = ctl->opt.verb->run(ctl);
	http_free(ctl->http);
	return status;
}

static int
run(struct ctl *ctl)
{
	if (ctl->opt.help) {
		show_help(ctl, ctl->out);
		return EXIT_SUCCESS;
	}
	if (ctl->opt.version) {
		fprintf(ctl->out, "upgradectl %s\n", PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	if (ctl->opt.verb == NULL) {
		show_help(ctl, ctl->err);
		return ud_code_exit(UD_EUSAGE);
	}
	return run_verb(ctl);
}

/* A full disk must not look like an answer. */
static int
end_output(struct ctl *ctl, int status)
{
	if (fflush(ctl->out) == 0 && !ferror(ctl->out))
		return status;
	fprintf(ctl->err, "upgradectl: the output could not be written\n");
	return status == EXIT_SUCCESS ? EXIT_FAILURE : status;
}

int
ctl_run(int argc, char **argv, FILE *in, FILE *out, FILE *err)
{
	struct ctl ctl = { 0 };
	struct ud_error usage = { 0 };
	struct problem p = { 0 };
	int parsed, status;

	parsed = options_parse(argc, argv, &ctl.opt, &usage);
	ctl_init(&ctl, in, out, err);
	if (parsed != 0) {
		(void)problem_set(&p, &usage);
		status = ctl_problem(&ctl, &p);
	} else {
		status = run(&ctl);
	}
	options_done(&ctl.opt);
	return end_output(&ctl, status);
}
