// SPDX-License-Identifier: GPL-2.0
/*
 * The state of SAs in sysfs: what a device has to have to go on in place of another.
 * Records of struct virtio_accel_sa_state, one after the other, without keys: the guest
 * makes sessions and SAs again.
 *
 * Only of a suspended device: no worker runs, no sequence number is given out while they
 * are read, and none twice because of one that was written too late.
 */
#include <linux/device.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "ipsec_ctrl.h"
#include "vha.h"

static struct vha_dev *vha_state_dev(struct kobject *kobj)
{
	return vha_dev_of(dev_to_vdpa(kobj_to_dev(kobj)));
}

static size_t vha_state_read(struct vha_sas *sas, char *buf, u64 pos,
			     size_t count)
{
	struct virtio_accel_sa_state state;
	struct vha_sa *sa;
	size_t done, len;
	u32 at;

	for (done = 0; done < count; done += len) {
		sa = vha_sas_nth(sas, div_u64_rem(pos + done, sizeof(state),
						  &at));
		if (!sa)
			break;
		vha_sa_state(sa, &state);
		len = min(count - done, sizeof(state) - at);
		memcpy(buf + done, (u8 *)&state + at, len);
	}
	return done;
}

static ssize_t sa_state_read(struct file *file, struct kobject *kobj,
			     struct bin_attribute *attr, char *buf, loff_t pos,
			     size_t count)
{
	struct vha_dev *dev = vha_state_dev(kobj);
	ssize_t ret = -EBUSY;

	mutex_lock(&dev->lock);
	if (dev->suspended)
		ret = vha_state_read(&dev->sas, buf, pos, count);
	mutex_unlock(&dev->lock);
	return ret;
}

/* Up to the first one that is wrong, which the next call then begins with */
static ssize_t vha_state_write(struct vha_dev *dev, const char *buf,
			       size_t count)
{
	struct virtio_accel_sa_state state;
	size_t done;
	int err = -EINVAL;

	for (done = 0; count - done >= sizeof(state); done += sizeof(state)) {
		memcpy(&state, buf + done, sizeof(state));
		err = vha_ipsec_set_state(&dev->sas, &state);
		if (err)
			break;
	}
	if (done)
		return done;
	dev_warn_ratelimited(&dev->vdpa.dev,
			     "sa_state: %s\n", err == -ENOENT ?
			     "there is no such SA" :
			     "not the state of an SA, or it takes numbers back");
	return err;
}

static ssize_t sa_state_write(struct file *file, struct kobject *kobj,
			      struct bin_attribute *attr, char *buf, loff_t pos,
			      size_t count)
{
	struct vha_dev *dev = vha_state_dev(kobj);
	ssize_t ret = -EBUSY;

	mutex_lock(&dev->lock);
	if (dev->suspended)
		ret = vha_state_write(dev, buf, count);
	mutex_unlock(&dev->lock);
	return ret;
}

static BIN_ATTR_ADMIN_RW(sa_state, 0);

struct bin_attribute *vha_dev_bin_attrs[] = {
	&bin_attr_sa_state,
	NULL
};
