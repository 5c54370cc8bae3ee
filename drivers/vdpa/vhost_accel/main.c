// SPDX-License-Identifier: GPL-2.0
/*
 * vhost_accel: virtio crypto devices on the kernel's crypto drivers.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "vha.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init vha_init(void)
{
	int err;

	err = vha_kcapi_init();
	if (err)
		goto err_registry;
	vha_stats_init();
	err = vha_mgmt_init();
	if (err)
		goto err_stats;
	return 0;

err_stats:
	vha_stats_exit();
	vha_kcapi_exit();
err_registry:
	vha_registry_exit();
	return err;
}

static void __exit vha_exit(void)
{
	vha_mgmt_exit();
	vha_stats_exit();
	vha_kcapi_exit();
	vha_registry_exit();
}

module_init(vha_init);
module_exit(vha_exit);

MODULE_DESCRIPTION("vDPA crypto device on the kernel's crypto drivers");
MODULE_LICENSE("GPL");
