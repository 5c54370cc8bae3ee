// SPDX-License-Identifier: GPL-2.0
/*
 * A system sleep for one virtio device. The test machines' file systems are
 * virtio devices too, which a real one would take away.
 *
 *	echo virtio5 >/sys/module/accel_power/parameters/freeze
 *	echo virtio5 >/sys/module/accel_power/parameters/restore
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/virtio.h>

/* It has no device: it is here because it leads to the bus, which has no name */
static const struct virtio_device_id accel_power_ids[] = {
	{ }
};

static int accel_power_probe(struct virtio_device *vdev)
{
	return -ENODEV;
}

static struct virtio_driver accel_power_driver = {
	.driver.name = "accel_power",
	.id_table = accel_power_ids,
	.probe = accel_power_probe,
};

static int accel_power_do(const char *val, int (*what)(struct virtio_device *))
{
	struct device *dev;
	char name[32];
	int err;

	if (strscpy(name, val, sizeof(name)) < 0)
		return -EINVAL;
	dev = bus_find_device_by_name(accel_power_driver.driver.bus, NULL,
				      strim(name));
	if (!dev)
		return -ENODEV;
	device_lock(dev);
	err = what(dev_to_virtio(dev));
	device_unlock(dev);
	put_device(dev);
	return err;
}

static int accel_power_freeze(const char *val, const struct kernel_param *kp)
{
	return accel_power_do(val, virtio_device_freeze);
}

static int accel_power_restore(const char *val, const struct kernel_param *kp)
{
	return accel_power_do(val, virtio_device_restore);
}

static const struct kernel_param_ops accel_power_freeze_ops = {
	.set = accel_power_freeze,
};
module_param_cb(freeze, &accel_power_freeze_ops, NULL, 0200);
MODULE_PARM_DESC(freeze, "Name of a virtio device that goes to sleep");

static const struct kernel_param_ops accel_power_restore_ops = {
	.set = accel_power_restore,
};
module_param_cb(restore, &accel_power_restore_ops, NULL, 0200);
MODULE_PARM_DESC(restore, "Name of a virtio device that wakes up");

module_virtio_driver(accel_power_driver);

MODULE_DESCRIPTION("System sleep for one virtio device (test only)");
MODULE_LICENSE("GPL");
