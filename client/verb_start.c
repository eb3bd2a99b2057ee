#include "config.h"

#include <stdlib.h>
#include <sys/random.h>

#include "client/cells.h"
#include "client/ctl.h"
#include "client/follow.h"
#include "client/live.h"
#include "client/look.h"
#include "client/pages.h"
#include "client/request.h"
#include "client/verb.h"
#include "common/mem.h"

#define UUID_TEXT 37

/* A random UUID (RFC 9562, version 4): the same request twice begins one upgrade. */
static int
new_key(char key[UUID_TEXT], struct problem *p)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return problem_setf(p, UD_ESYSTEM, NULL,
		    "no random numbers for a request key");
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	str_printf(key, UUID_TEXT,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
	    b[12], b[13], b[14], b[15]);
	return 0;
}

static int
create(struct ctl *ctl, struct answer *ret, struct problem *p)
{
	char *path = api_path("/v1/pairs/", ctl->opt.subject, "/upgrades", NULL);
	json_t *body = request_target(&ctl->opt);
	char key[UUID_TEXT];
	int rc = new_key(key, p);

	if (rc == 0)
		rc = api_post(ctl, path, body, NULL, key, ret, p);
	json_decref(body);
	free(path);
	return rc;
}

static int
follow(struct ctl *ctl, const json_t *upgrade)
{
	char word[LOOK_TEXT];
	char *id = mem_strdup(look_text(upgrade, "id", word));
	char *pair = mem_strdup(look_text(upgrade, "pair", word));
	int status;

	ctl_say(ctl, "upgrade %s of pair %s begins\n", id == NULL ? LOOK_UNKNOWN : id,
	    ctl->opt.subject);
	(void)fflush(ctl->out);
	status = live_run(ctl, pair == NULL ? ctl->opt.subject : pair, id,
	    FOLLOW_ATTENTION | FOLLOW_GATE, ctl->opt.timeout_ms);
	free(id);
	free(pair);
	return status;
}

static void
page_started(struct buf *out, const struct view *v, const json_t *upgrade)
{
	char word[LOOK_TEXT];

	const json_t *text;
	size_t i;

	page_upgrade_line(out, v, upgrade);
	json_array_foreach(look_array(upgrade, "record"), i, text)
		cells_add_lines(out, json_is_string(text) ? json_string_value(text) : "", 2);
	buf_addf(out, "follow it: upgradectl status %s --watch\n",
	    look_word(upgrade, "pair", word));
}

int
verb_start(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };
	int status = EXIT_SUCCESS;

	if (create(ctl, &a, &p) != 0)
		return ctl_problem(ctl, &p);
	if (ctl->opt.wait)
		status = follow(ctl, a.doc);
	else
		ctl_show(ctl, &a, page_started);
	answer_done(&a);
	return status;
}
