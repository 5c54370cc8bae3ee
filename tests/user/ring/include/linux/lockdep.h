/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_LOCKDEP_H
#define _STUB_LINUX_LOCKDEP_H

#define lockdep_assert_held(lock)	((void)(lock))
#define WARN_ON_ONCE(cond)		(cond)

#endif
