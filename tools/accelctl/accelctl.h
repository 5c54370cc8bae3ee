/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * accelctl: each command collects what it knows in a JSON object, which is then
 * printed as it is, or as tables.
 *
 *	read.c		files of the kernel
 *	crypto.c	/proc/crypto
 *	netlink.c	management devices of vDPA, states of IPsec
 *	host.c		what vhost_accel shows
 *	guest.c		what virtio_accel shows
 *	text.c		tables, and colours
 *	command.c	the commands, but for
 *	watch.c		that which goes on
 *	main.c		arguments
 */
#ifndef ACCELCTL_H
#define ACCELCTL_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))
#define __printf(a, b)	__attribute__((format(printf, a, b)))

/* Exit status beside 0 */
#define FAILED		1
#define USAGE		2

/* What main() was told */
struct options {
	bool json;
	double interval;
	unsigned long count;
	const char *device;
	bool again;	/* not the first look: what it said holds */
};

/* read.c: all memory that is returned is the caller's */

/* A file without the line feed at its end; NULL with errno */
__printf(1, 2) char *read_text(const char *fmt, ...);

/* Last component of a link; NULL if there is none */
__printf(1, 2) char *read_link(const char *fmt, ...);

/* The names in a directory, in order: an array, empty if there is none */
__printf(1, 2) struct json_object *read_names(const char *fmt, ...);

/* The files of a directory with what they say; NULL if there is none */
__printf(1, 2) struct json_object *read_attrs(const char *fmt, ...);

/* Is the module in the kernel? */
bool module_loaded(const char *name);

/* printf() into new memory; ends the program when there is none */
__printf(1, 2) char *text(const char *fmt, ...);

/* A member that is a string or, if value is NULL, is not there. Frees value */
void add_text(struct json_object *object, const char *key, char *value);

/* Of an array: how long it is, an item, one that is a string, and the first object
 * that says so; NULL if there is none
 */
size_t length(struct json_object *array);
struct json_object *item(struct json_object *array, size_t i);
const char *item_text(struct json_object *array, size_t i);
struct json_object *find(struct json_object *array, const char *key,
			 const char *value);

/* The member at a path such as "attributes.state"; NULL if there is none */
struct json_object *get(struct json_object *object, const char *path);
const char *get_text(struct json_object *object, const char *path);
uint64_t get_number(struct json_object *object, const char *path);
bool is(struct json_object *object, const char *path, const char *value);

/* crypto.c */

/* What /proc/crypto has: an array of objects */
struct json_object *crypto_drivers(void);

/* Of these, the one of a driver; whose that users of a name get; or NULL */
struct json_object *crypto_driver(struct json_object *drivers,
				  const char *driver);
struct json_object *crypto_preferred(struct json_object *drivers,
				     const char *name);

/* netlink.c */

/* An array of the management devices; empty without vDPA */
struct json_object *vdpa_managements(void);

/* What vDPA says of a device, added to its object */
void vdpa_describe(const char *name, struct json_object *device);

/* An array of IPsec's states; NULL with errno */
struct json_object *xfrm_states(void);

/* host.c, guest.c */

/* An array of devices; details also has queues and algorithms */
struct json_object *host_devices(bool details);
struct json_object *guest_devices(void);

/* Settings of the next device of a management device; NULL if it isn't ours */
struct json_object *host_settings(const char *management);

/* An array of algorithms, or NULL if the kernel doesn't tell */
struct json_object *guest_algorithms(void);

/* The same with a reason for each; drivers is that of crypto_drivers() */
struct json_object *host_reasons(struct json_object *device,
				 struct json_object *drivers);
struct json_object *guest_reasons(struct json_object *drivers);

/* text.c */
enum cell {
	CELL_TEXT,
	CELL_NUMBER,
	CELL_STATE,	/* coloured */
};

struct column {
	const char *title;
	const char *path;
	enum cell cell;
};

void text_init(void);
bool text_is_terminal(void);
void text_title(const char *title);
void text_table(struct json_object *rows, const struct column *columns,
		unsigned int count);

/* Everything of an object that is neither an object nor a table */
void text_values(struct json_object *object);

/* To standard output, one line if that is asked for. Takes the object */
void print_json(struct json_object *object, bool one_line);

__printf(1, 2) /* To standard error */
void complain(const char *fmt, ...);

/* command.c, watch.c: return the exit status */
struct json_object *collect_devices(const struct options *options, bool details);
int command_list(const struct options *options);
int command_show(const struct options *options);
int command_stats(const struct options *options);
int command_why(const struct options *options);
int command_inventory(const struct options *options);
int command_sas(const struct options *options);
int command_watch(const struct options *options);

#endif /* ACCELCTL_H */
