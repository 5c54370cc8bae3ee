// SPDX-License-Identifier: GPL-2.0
/*
 * What the module of the suites beside this file needs once.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("KUnit tests of the vDPA crypto device");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
