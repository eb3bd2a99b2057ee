/*
 * The pages for people: a document of the API in, text out. Pure; a member that is
 * missing or null is shown as "-" or left out, never guessed.
 */
#ifndef UD_CLIENT_PAGES_H
#define UD_CLIENT_PAGES_H

#include <jansson.h>

#include "client/style.h"
#include "common/buf.h"

/* {"pairs":[...]}: a line each, counts at the end, and once more what needs attention
 * when the list is longer than a screen. */
void page_pairs(struct buf *out, const struct view *v, const json_t *doc);

/* One pair: members, attention, upgrade. */
void page_pair(struct buf *out, const struct view *v, const json_t *pair);

/* {"pairs":[...]}: page_pair() of each. */
void page_pair_each(struct buf *out, const struct view *v, const json_t *doc);

/* An upgrade in all its lines; in one line. */
void page_upgrade(struct buf *out, const struct view *v, const json_t *upgrade);
void page_upgrade_line(struct buf *out, const struct view *v, const json_t *upgrade);

/* What would end a wait at this upgrade: the gate and the command that answers it, or
 * the error and what to do. Nothing when nobody is needed. */
void page_upgrade_needs(struct buf *out, const struct view *v, const json_t *upgrade);

/* The list "findings" of doc; a check with its counts. */
void page_findings(struct buf *out, const struct view *v, const json_t *doc);
void page_check(struct buf *out, const struct view *v, const json_t *doc);

void page_plan(struct buf *out, const struct view *v, const json_t *doc);

/* One pair's waits; {"pairs":[why...]}: those that wait, and how many do not. */
void page_why(struct buf *out, const struct view *v, const json_t *why);
void page_why_each(struct buf *out, const struct view *v, const json_t *doc);

/* One wait of the list, also the member "why" of an upgrade. */
void page_wait(struct buf *out, const struct view *v, const json_t *wait);

void page_history(struct buf *out, const struct view *v, const json_t *doc);

/* An upgrade with the member "steps". */
void page_show(struct buf *out, const struct view *v, const json_t *doc);

/* A command of a log: what ran; what came of it; both. */
void page_command_begin(struct buf *out, const struct view *v, const json_t *command);
void page_command_end(struct buf *out, const struct view *v, const json_t *command);
void page_log(struct buf *out, const struct view *v, const json_t *doc);

void page_procedures(struct buf *out, const struct view *v, const json_t *doc);
void page_version(struct buf *out, const struct view *v, const json_t *doc);

#endif
