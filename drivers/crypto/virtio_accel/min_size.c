// SPDX-License-Identifier: GPL-2.0
/*
 * The module parameter "min_size": what is too small for a device.
 */
#include "min_size.h"

#include <kunit/visibility.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "alg.h"

/* Ten digits and the terminating zero */
#define VACCEL_DIGITS	11

/* Names have commas in them: it is the number that ends an entry */
int vaccel_min_size_next(const char **pos, struct vaccel_min_size *entry)
{
	const char *name = skip_spaces(*pos), *colon, *end;
	char digits[VACCEL_DIGITS];
	size_t len;

	if (!*name)
		return 0;
	colon = strchr(name, ':');
	if (!colon || colon == name)
		return -EINVAL;
	end = colon + 1;
	while (isdigit(*end))
		end++;
	len = end - colon - 1;
	if (len >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, colon + 1, len);
	digits[len] = '\0';
	if (kstrtou32(digits, 10, &entry->bytes))
		return -EINVAL;
	entry->name = name;
	entry->len = colon - name;
	if (*end == ',' && end[1] && !isspace(end[1]))
		end++;
	else if (*skip_spaces(end))
		return -EINVAL;
	*pos = end;
	return 1;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_min_size_next);

/**
 * struct vaccel_min_size_set - one entry on its way to the drivers
 * @entry: the entry
 * @apply: set it, else only look whether there is such an algorithm
 * @found: there is
 */
struct vaccel_min_size_set {
	struct vaccel_min_size entry;
	bool apply;
	bool found;
};

static bool vaccel_min_size_is(const struct vaccel_min_size *entry,
			       const char *name)
{
	return strlen(name) == entry->len &&
	       !memcmp(name, entry->name, entry->len);
}

static int vaccel_min_size_one(struct vaccel_alg *alg, void *data)
{
	struct vaccel_min_size_set *set = data;

	if (!vaccel_min_size_is(&set->entry, "all") &&
	    !vaccel_min_size_is(&set->entry, vaccel_alg_base(alg)->cra_name))
		return 0;
	set->found = true;
	if (set->apply)
		WRITE_ONCE(alg->min_size, set->entry.bytes);
	return 0;
}

static int vaccel_min_size_list(const char *val, bool apply)
{
	struct vaccel_min_size_set set = { .apply = apply };
	int ret;

	while ((ret = vaccel_min_size_next(&val, &set.entry)) > 0) {
		set.found = false;
		vaccel_alg_for_each(vaccel_min_size_one, &set);
		if (!set.found)
			return -EINVAL;
	}
	return ret;
}

static int vaccel_min_size_clear(struct vaccel_alg *alg, void *data)
{
	WRITE_ONCE(alg->min_size, 0);
	return 0;
}

/* All or nothing; what is not in the list is 0 again */
static int vaccel_param_set_min_size(const char *val,
				     const struct kernel_param *kp)
{
	int err = vaccel_min_size_list(val, false);

	if (err) {
		pr_err("virtio_accel: min_size is ALGORITHM:BYTES[,ALGORITHM:BYTES...], and \"%.*s\" is not\n",
		       (int)strcspn(val, "\n"), val);
		return err;
	}
	vaccel_alg_for_each(vaccel_min_size_clear, NULL);
	return vaccel_min_size_list(val, true);
}

/**
 * struct vaccel_min_size_get - a page that is being filled
 * @buf: the page
 * @len: how much is there
 */
struct vaccel_min_size_get {
	char *buf;
	int len;
};

static int vaccel_min_size_emit(struct vaccel_alg *alg, void *data)
{
	struct vaccel_min_size_get *get = data;
	u32 bytes = READ_ONCE(alg->min_size);

	if (bytes)
		get->len += sysfs_emit_at(get->buf, get->len, "%s%s:%u",
					  get->len ? "," : "",
					  vaccel_alg_base(alg)->cra_name,
					  bytes);
	return 0;
}

static int vaccel_param_get_min_size(char *buf, const struct kernel_param *kp)
{
	struct vaccel_min_size_get get = { .buf = buf };

	vaccel_alg_for_each(vaccel_min_size_emit, &get);
	return get.len + sysfs_emit_at(buf, get.len, "\n");
}

static const struct kernel_param_ops vaccel_min_size_ops = {
	.set = vaccel_param_set_min_size,
	.get = vaccel_param_get_min_size,
};
module_param_cb(min_size, &vaccel_min_size_ops, NULL, 0644);
MODULE_PARM_DESC(min_size,
		 "Data too small for a device, as in cbc(aes):256,gcm(aes):512 or all:128 (default: none)");
