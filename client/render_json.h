/* The printer for programs: what the API answered, unchanged. */
#ifndef UD_CLIENT_RENDER_JSON_H
#define UD_CLIENT_RENDER_JSON_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

/* The bytes of an answer, which is one document, and a line end where it has none. */
void json_show_answer(FILE *f, const char *text, size_t len);

/* A document on one line: for verbs that print one after the other. */
void json_show_line(FILE *f, const json_t *doc);

#endif
