/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_RWSEM_H
#define _STUB_LINUX_RWSEM_H

struct rw_semaphore {
	int unused;
};

#endif
