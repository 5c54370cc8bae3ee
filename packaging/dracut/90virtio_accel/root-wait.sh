#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by dracut, which must not end with what it waits for.

/usr/lib/accelctl/root-wait
