/* The table of what can be asked for, and the functions that answer. */
#ifndef UD_API_ROUTES_H
#define UD_API_ROUTES_H

#include "daemon/api/request.h"

struct route {
	const char *method; /* HEAD is served where GET is */
	const char *path;   /* with {pair} and {id} */
	enum right right;
	void (*handle)(struct request *rq); /* answers now, or keeps a reference */
	const char *query;                  /* arguments it knows, words */
	int what;                           /* for handlers of several routes */
};

/* Ended by a row without method. */
extern const struct route routes[];

/* Fills rq->route, name and id. UD_ENOTFOUND; UD_EMETHOD, then rq->allow is set. */
int route_find(struct request *rq, const char *method, const char *path,
    struct ud_error *err) UD_CHECKED;

/* Names of the query arguments of a route: is it one of them? */
bool route_knows_query(const struct route *r, const char *name);

/* ---- handlers, by file ---- */

void pairs_list(struct request *rq);
void pairs_show(struct request *rq);
void pairs_why(struct request *rq);

void plans_check(struct request *rq);
void plans_plan(struct request *rq);

void upgrades_list(struct request *rq);
void upgrades_show(struct request *rq);
void upgrades_start(struct request *rq);

void steering_ask(struct request *rq); /* route->what: enum steering */

void history_steps(struct request *rq);
void history_commands(struct request *rq);

void events_show(struct request *rq);

void build_version(struct request *rq);
void build_procedures(struct request *rq);

void health_alive(struct request *rq);
void health_ready(struct request *rq);

void metrics_show(struct request *rq);

#endif
