/* What a check, a plan or a start asks for: the body {to, procedure, options, gates}. */
#ifndef UD_API_ORDER_H
#define UD_API_ORDER_H

#include "daemon/api/request.h"
#include "daemon/plan/expand.h"

/* Owns everything that `plan` points to, until order_done(). */
struct order {
	char to_text[RELEASE_TEXT]; /* as it was asked for */
	char procedure[32];
	struct settings options;
	struct str_list gates;
	struct plan_request plan;
};

/* UD_EUSAGE: what is wrong in the body and what is accepted. order is emptied first. */
int order_read(struct order *o, const struct pair *p, const json_t *body,
    struct ud_error *err) UD_CHECKED;
void order_done(struct order *o);

#endif
