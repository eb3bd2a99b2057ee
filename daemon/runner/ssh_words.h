/* What ssh said when it could not connect, in our words. */
#ifndef UD_RUNNER_SSH_WORDS_H
#define UD_RUNNER_SSH_WORDS_H

/* said: what it printed. New string: cause, ssh's last line, and what a person can do. */
char *ssh_words(const char *host, const char *destination, const char *said);

#endif
