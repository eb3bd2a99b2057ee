#include "config.h"

#include "daemon/config/internal.h"

#include <stdio.h>
#include <stdlib.h>

void
node_free(struct node *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->key_count; i++) {
		free(n->keys[i].name);
		str_list_done(&n->keys[i].values);
	}
	for (size_t i = 0; i < n->child_count; i++)
		node_free(n->children[i]);
	free(n->keys);
	free(n->children);
	free(n->name);
	free(n->title);
	free(n->file);
	free(n);
}

const struct node_key *
node_key(const struct node *n, const char *name)
{
	for (size_t i = 0; n != NULL && i < n->key_count; i++)
		if (str_equal(n->keys[i].name, name))
			return &n->keys[i];
	return NULL;
}

const struct node *
node_child(const struct node *n, const char *name)
{
	for (size_t i = 0; n != NULL && i < n->child_count; i++)
		if (str_equal(n->children[i]->name, name))
			return n->children[i];
	return NULL;
}

int
node_line(const struct node *n, const char *key)
{
	const struct node_key *k = node_key(n, key);

	if (k != NULL)
		return k->line;
	return n != NULL ? n->line : 1;
}

const char *
node_words(const struct node *n, char buf[NODE_WORDS])
{
	if (n->parent == NULL)
		str_printf(buf, NODE_WORDS, "the top of the file");
	else if (n->title != NULL)
		str_printf(buf, NODE_WORDS, "%s \"%s\"", n->name, n->title);
	else
		str_printf(buf, NODE_WORDS, "%s of %s \"%s\"", n->name, n->parent->name,
		    n->parent->title != NULL ? n->parent->title : "");
	if (n->title == NULL && n->parent != NULL && n->parent->parent == NULL)
		str_printf(buf, NODE_WORDS, "%s", n->name);
	return buf;
}
