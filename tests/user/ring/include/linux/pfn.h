/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_PFN_H
#define _STUB_LINUX_PFN_H

#include <linux/mm.h>

#define PHYS_PFN(x)	((unsigned long)((x) >> PAGE_SHIFT))
#define PFN_PHYS(x)	((phys_addr_t)(x) << PAGE_SHIFT)

#endif
