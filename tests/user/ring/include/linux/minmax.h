/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_MINMAX_H
#define _STUB_LINUX_MINMAX_H

#define min(a, b)						\
({								\
	typeof(a) _min_a = (a);					\
	typeof(b) _min_b = (b);					\
								\
	_min_a < _min_b ? _min_a : _min_b;			\
})

#define min_t(type, a, b)	min((type)(a), (type)(b))

#endif
