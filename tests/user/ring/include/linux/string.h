/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_STRING_H
#define _STUB_LINUX_STRING_H

#include <stdio.h>
#include <string.h>

#define strscpy(dst, src, size)	snprintf(dst, size, "%s", src)

#endif
