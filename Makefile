# SPDX-License-Identifier: GPL-2.0-only
#
# The commands for people.  The kernel build reads Kbuild instead.

KDIR ?= /lib/modules/$(shell uname -r)/build

.PHONY: help modules tools install install-modules install-modprobe install-tools \
	install-initramfs ground build check check-quick check-peers lint kunit demo \
	bench doc clean distclean

help:
	@echo 'For the machine you are on:'
	@echo '  make modules [KDIR=...]   build the modules for a kernel (default: the running one)'
	@echo '  make tools                build accelctl (needs libmnl-dev, libjson-c-dev)'
	@echo '  make install [KDIR=...]   install all of that, the blacklist of virtio_crypto,'
	@echo '                            accel-migrate, the udev rule, and what an initramfs needs'
	@echo '  make install-modules [KDIR=...]  the modules and the blacklist only'
	@echo
	@echo 'In the sealed test ground build/ (root; made on first use, takes minutes):'
	@echo '  make demo                 show a guest whose disk and tunnel the host encrypts'
	@echo '  make check                every test; the last line says how many passed'
	@echo '  make check-quick          lint, KUnit and the cases on Debian'"'"'s kernel'
	@echo '  make check-peers          our driver on QEMU'"'"'s device, mainline'"'"'s and DPDK'"'"'s on ours'
	@echo '  make bench                what requests and packets cost'
	@echo '  make lint                 compiler warnings, sparse, checkpatch, ...'
	@echo '  make kunit                the KUnit suites'
	@echo '  make doc                  build/doc/index.html'
	@echo '  make ground               only make the test ground and its kernels'
	@echo '  make build                only build the modules for all test kernels'
	@echo '  tests/vm/run --help       run a command in a test machine'
	@echo
	@echo '  make clean                remove what was built, keep the test ground'
	@echo '  make distclean            remove build/ altogether'

# What users need: neither the tests' drivers nor the load generator.
user_modules = $(MAKE) -C $(KDIR) M=$(CURDIR) CONFIG_CRYPTO_ACCEL_SIM= \
	CONFIG_ACCEL_BENCH= CONFIG_ACCEL_POWER= CONFIG_ACCEL_EXAMPLE=

modules:
	$(user_modules) modules

tools:
	$(MAKE) -C tools/accelctl all O=$(CURDIR)/build/tools

install: install-modules install-tools

# Distributions keep no key to sign with, and external builds no System.map, so
# that modules_install leaves depmod out; packagers (DESTDIR) run it themselves.
install-modules: modules
	$(user_modules) CONFIG_MODULE_SIG_ALL= INSTALL_MOD_PATH=$(DESTDIR) \
		INSTALL_MOD_DIR=updates modules_install
	$(if $(DESTDIR),,depmod $$(cat $(KDIR)/include/config/kernel.release))
	$(MAKE) install-modprobe

install-modprobe:
	install -D -m 644 packaging/modprobe.d/virtio_accel.conf \
		$(DESTDIR)/etc/modprobe.d/virtio_accel.conf

install-tools: tools install-initramfs
	$(MAKE) -C tools/accelctl install O=$(CURDIR)/build/tools \
		DESTDIR=$(abspath $(DESTDIR))
	install -D -m 755 tools/migrate/accel-migrate \
		$(DESTDIR)/usr/sbin/accel-migrate
	install -D -m 755 packaging/udev/vdpa-node \
		$(DESTDIR)/usr/lib/accelctl/vdpa-node
	install -D -m 644 packaging/udev/60-vhost-accel.rules \
		$(DESTDIR)/usr/lib/udev/rules.d/60-vhost-accel.rules

initramfs_tools := usr/share/initramfs-tools
dracut_module := usr/lib/dracut/modules.d/90virtio_accel

# For both makers of initial ram disks: each looks at its own directories only.
install-initramfs:
	install -D -m 755 packaging/initramfs/root-wait \
		$(DESTDIR)/usr/lib/accelctl/root-wait
	install -D -m 755 packaging/initramfs-tools/hooks/virtio_accel \
		$(DESTDIR)/$(initramfs_tools)/hooks/virtio_accel
	install -D -m 755 packaging/initramfs-tools/scripts/local-top/virtio_accel \
		$(DESTDIR)/$(initramfs_tools)/scripts/local-top/virtio_accel
	install -D -m 755 packaging/dracut/90virtio_accel/module-setup.sh \
		$(DESTDIR)/$(dracut_module)/module-setup.sh
	install -D -m 755 packaging/dracut/90virtio_accel/root-wait.sh \
		$(DESTDIR)/$(dracut_module)/root-wait.sh

ground:
	tests/ground/rootfs
	tests/ground/kernel uml
	tests/ground/kernel debug

build:
	tests/ground/modules 6.12
	tests/ground/modules uml
	tests/ground/modules debug
	tests/ground/programs

check:
	tests/check

check-quick:
	tests/check --quick

check-peers:
	tests/check --only peer

lint:
	tests/check --only lint

kunit:
	tests/vm/run --topology kunit

demo:
	tools/demo/run

bench:
	tools/bench/run

doc:
	tests/ground/doc

clean:
	rm -rf build/modules build/programs build/tools build/doc build/lint \
		build/run build/logs

# The tree holds no mounts: they are private to the commands that need them.
distclean:
	rm -rf --one-file-system build
