/* Changes of the world that rules of several kinds have something to say about. */
#ifndef UD_TESTS_UNIT_ENGINE_TIMESTEN_RULES_CHANGE_H
#define UD_TESTS_UNIT_ENGINE_TIMESTEN_RULES_CHANGE_H

/* A string of the world becomes a copy of value, or NULL. */
void set_string(char **s, const char *value);

/* The plan has these steps and no others; second may be NULL. */
void plan_walks(const char *first, const char *second);

/* The plan is one of the procedure of this name. */
void plan_follows(const char *procedure);

/* The release that all are of, and with crossing() the one that they go to. */
void from_release(const char *text);
void crossing(const char *from, const char *to);

/* A crossing within one major release. */
void patch(void);

/* Its plan: no copy, no export; the daemon is stopped where it is in place. */
void patch_beside(void);
void patch_in_place(void);

/* Said to send to each other, without a scheme that does. */
void bidirectional(void);

/* Two masters that send to each other: the subscriber is no member of it. */
void classic(void);

/* The same; the plan gives them ports. */
void sets_ports(void);

/* One database, offline, through an export, into another place of the same installation. */
void single(void);

/* The same for the server that its clients connect to. */
void client_server(void);

/* The look at tables and scheme failed everywhere. */
void no_schema(void);

#endif
