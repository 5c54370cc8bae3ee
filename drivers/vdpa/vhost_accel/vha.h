/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of vhost_accel and who holds whom.
 *
 * A management device (mgmt.c) makes devices (struct vha_dev). A device
 * has a fixed number of virtqueues (struct vha_vq): their configuration and
 * counters. From DRIVER_OK to reset a virtqueue has a run (struct vha_run): ring,
 * request slots, and the worker thread that owns them.
 *
 * A run holds the device and the module. A reset that finds requests still with
 * the provider leaves the run to its thread, which stays behind with these
 * orphans until the last one came back. So nothing that a late
 * completion touches depends on the device still being there.
 *
 * Locks, in the order in which they are taken; the first three may be held for
 * as long as a reset waits:
 *
 *	vdpa_device.cf_lock	vDPA core, around most operations
 *	vha_devs_mutex		(mutex) the list of devices, see move.c
 *	vha_dev.lock		(mutex) start, stop and configuration
 *	vha_dev.config_mutex	(mutex) the configuration callback
 *	vha_iotlb.lock		(rwsem) the address map, see iotlb.h
 *	vha_dev.orphan_mutex	(mutex) the list of orphans
 *	vha_provider.quiesce_mutex (mutex), the list of providers (mutex)
 *	vha_dev.state_lock, vha_vq.lock, vha_sessions.lock, vha_sas.lock, vha_sa.lock,
 *	vha_provider.lock, vha_qos.lock, vha_sched.lock
 *				(spinlocks) innermost, never nested
 *
 * Workers never take vha_dev.lock while a reset may wait for them. Notifications
 * (kick_vq) and completions take none of these locks.
 */
#ifndef _VHA_H
#define _VHA_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/vdpa.h>
#include <linux/vhost_accel.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <accel/wire.h>

#include "iotlb.h"
#include "ipsec_sa.h"
#include "registry.h"
#include "qos.h"
#include "req.h"
#include "ring.h"
#include "sched.h"
#include "session.h"
#include "stats.h"
#include "totals.h"

struct kernfs_node;
struct kobject;
struct vha_bounces;
struct mem_cgroup;
struct vha_dev;

/* Bounds of what an administrator may set; defaults in mgmt.c */
#define VHA_QUEUES_MAX		64
#define VHA_QUEUE_SIZE_MIN	16
#define VHA_QUEUE_SIZE_MAX	VHA_RING_MAX
#define VHA_SIZE_MIN		4096
#define VHA_SIZE_MAX		(1024 * 1024)

/* The longest key of any service */
#define VHA_KEY_MAX		ACCEL_MAX_AKCIPHER_KEY_LEN

/* Chains that a worker takes at a time before it lets others run */
#define VHA_BATCH		32

/* How long a reset or a suspension waits for requests that are in flight */
#define VHA_DRAIN_TIMEOUT	(10 * HZ)
/* For workers to leave their loops, when they are not stuck */
#define VHA_LEAVE_TIMEOUT	msecs_to_jiffies(500)
/* As VHA_DRAIN_TIMEOUT, on behalf of a dying task */
#define VHA_DRAIN_TIMEOUT_DYING	HZ

/**
 * struct vha_settings - what can be chosen per device
 * @queues: data queues
 * @queue_size: largest size of a queue, a power of two
 * @max_sessions: how many sessions there may be at a time
 * @max_sas: how many SAs of each direction there may be at a time
 * @max_size: bytes of variable-length data per request and direction
 * @algs: algorithms that it may offer, see ACCEL_ALG_BIT()
 * @qos: limits, by enum vha_qos_what
 * @fallback: soft does what the provider can't do or won't take
 * @bounce: the provider gets copies, see bounce.h
 */
struct vha_settings {
	u32 queues;
	u32 queue_size;
	u32 max_sessions;
	u32 max_sas;
	u32 max_size;
	u64 algs;
	u64 qos[VHA_QOS_NR];
	bool fallback;
	u32 bounce;
};

/**
 * struct vha_vq - a virtqueue of a device
 * @dev: the device
 * @index: data queues first, the control queue last
 * @ready: the driver has enabled it
 * @changed: configuration changed while suspended
 * @num: size
 * @desc: descriptor table, I/O virtual address
 * @driver: driver area
 * @device: device area
 * @last_avail: where a start begins
 * @run: the current run. Changed under &vha_dev.lock, read under RCU
 * @lock: guards @affinity, @has_affinity, and @cb, which may change while the
 *	worker uses it
 * @affinity: CPUs for the worker
 * @has_affinity: @affinity was set
 * @cb: how to interrupt the driver
 * @kicks: notifications from the driver
 * @stats: other counters
 *
 * What has no lock of its own is guarded by &vha_dev.lock; the worker reads
 * @ready without.
 */
struct vha_vq {
	struct vha_dev *dev;
	u16 index;
	bool ready;
	bool changed;
	u32 num;
	u64 desc;
	u64 driver;
	u64 device;
	u16 last_avail;
	struct vha_run __rcu *run;
	spinlock_t lock; /* see above */
	struct cpumask affinity;
	bool has_affinity;
	struct vdpa_callback cb;
	atomic64_t kicks;
	struct vha_vq_stats stats;
};

/**
 * enum vha_run_mode - what a worker is to do
 * @VHA_RUN_ACTIVE: work
 * @VHA_RUN_DRAIN: finish what is in flight, take nothing new
 * @VHA_RUN_PARKED: that is done; wait
 * @VHA_RUN_QUIT: don't touch guest memory any more, and leave
 *
 * Changed under &vha_dev.lock; to QUIT with &vha_iotlb.lock held for writing as
 * well, so that a worker inside it knows what it may touch. Only from DRAIN to
 * PARKED the worker itself goes, atomically.
 */
enum vha_run_mode {
	VHA_RUN_ACTIVE,
	VHA_RUN_DRAIN,
	VHA_RUN_PARKED,
	VHA_RUN_QUIT,
};

/**
 * struct vha_run_ops - what differs between data and control queues
 * @alloc: allocate what requests need; returns 0 or -ENOMEM
 * @free: undo that, when nothing is in flight
 * @turn: do some work; returns whether there may be more right away. Called
 *	without locks
 * @unfetch: give back to the ring what was taken and not begun
 * @idle: nothing is begun and unfinished, or waits to be returned
 * @reap: guest memory is out of reach: let go of what has come back, return
 *	nothing to the ring
 */
struct vha_run_ops {
	int (*alloc)(struct vha_run *run);
	void (*free)(struct vha_run *run);
	bool (*turn)(struct vha_run *run);
	void (*unfetch)(struct vha_run *run);
	bool (*idle)(const struct vha_run *run);
	void (*reap)(struct vha_run *run);
};

extern const struct vha_run_ops vha_data_ops;
extern const struct vha_run_ops vha_ctrl_ops;

/**
 * struct vha_ctrl_answer - answer to a control request
 * @input: of a session being made
 * @status: of any other request
 * @is_session: which of the two; @input is also that of the vendor extension
 * @result_len: of what is behind @input, in the run's memory
 * @pending: it is to be returned; @chain of the run is its chain
 */
struct vha_ctrl_answer {
	struct virtio_crypto_session_input input;
	u8 status;
	bool is_session;
	u32 result_len;
	bool pending;
};

/**
 * struct vha_run - a virtqueue at work
 * @ref: one for the queue, one for the thread
 * @rcu: for notifications that come late
 * @vq: the queue
 * @dev: the device, which the run holds
 * @ops: data or control
 * @task: the worker
 * @memcg: memory cgroup of the VMM, NULL for the kernel's own driver
 * @revision_1: VIRTIO_CRYPTO_F_REVISION_1 was negotiated
 * @stateless: services whose stateless mode was negotiated,
 *	BIT(VIRTIO_CRYPTO_SERVICE_*)
 * @ipsec: VIRTIO_ACCEL_F_CTRL was negotiated
 * @noio: the driver is in this kernel: no input or output to get memory
 * @size: of the ring
 * @wait: what the worker waits on, and who waits for it to be parked
 * @mode: enum vha_run_mode
 * @kicked: the driver has notified us
 * @moved: the driver wants the worker on other CPUs
 * @check: a request may be overdue
 * @watch: sets @check when the oldest request that is in flight is due, or the function of
 *	a provider in which the worker is
 * @has_accepted: a provider has accepted a request since the worker looked last
 * @offered_to: provider in one of whose functions the worker is, or NULL
 * @offered_at: since when, in jiffies
 * @offered_cpu: CPU time that it had used by then
 * @stuck_in: provider in which it is stuck, or was when that was looked
 *	at last. Set by @watch, cleared by the worker
 * @stuck_at: @offered_at of that
 * @stuck_counts: see vha_health_stuck()
 * @done: completed requests, from any context
 * @left: the worker has seen QUIT and won't touch guest memory
 * @orphan: on &vha_dev.orphans. Guarded by &vha_dev.orphan_mutex, as are
 * @acked: the worker knows about @detached
 * @detached: nobody waits for the thread's end
 * @ring: the ring
 * @chain: the chain being looked at
 * @map: descriptor table, driver area and device area in the kernel
 * @generation: of the map when @map was made
 * @hint: last range used
 * @started: @ring was started
 * @broken: why the ring is unusable, 0 while it isn't
 * @reported: the device was told
 * @stalled: the provider would not take the next request of @batch
 * @full: @stalled because it was full, not for want of memory
 * @full_provider: which was full, and wakes the worker when it has room; or NULL
 * @room: on its &vha_provider.waiting
 * @refused: it has refused all since @refused_since, and returned nothing
 * @refused_since: in jiffies
 * @full_ns: until when @full is in &vha_vq_stats.saturated_ns
 * @throttled: a limit keeps it from taking more, for so many jiffies; or 0
 * @inflight: requests that the provider has
 * @pool: request slots
 * @bounce: memory that the provider gets instead of the driver's; NULL if it gets that
 * @overdue: requests that are about to be, see vha_stray_prepare()
 * @strays: requests that were answered before the provider returned them, which are not
 *	in @inflight
 * @stray_pages: that they hold
 * @batch: requests taken and not submitted, in the ring's order, by their number, of
 *	which the lower bits count; as large as the ring
 * @batch_pos: number of the next one
 * @batch_end: number that the next one that is taken gets
 * @sched: those of @batch that need a slot of the provider's
 * @half: requests of algorithm chaining whose first step is done, and whose second
 *	the provider has not got yet
 * @ready: requests finished and not returned
 * @ready_nr: how many
 * @answer: the control request being done
 * @key: room for its key: VHA_KEY_MAX bytes, NULL for data queues
 * @result: room for its result: VIRTIO_ACCEL_DATA_MAX bytes, NULL for data queues
 * @affinity: CPUs that it runs on
 *
 * From @ring on everything belongs to the worker. While it is parked,
 * &vha_dev.lock guards it.
 */
struct vha_run {
	struct kref ref;
	struct rcu_head rcu;
	struct vha_vq *vq;
	struct vha_dev *dev;
	const struct vha_run_ops *ops;
	struct task_struct *task;
	struct mem_cgroup *memcg;
	bool revision_1;
	u32 stateless;
	bool ipsec;
	bool noio;
	u16 size;

	wait_queue_head_t wait ____cacheline_aligned;
	enum vha_run_mode mode;
	bool kicked;
	bool moved;
	bool check;
	struct timer_list watch;
	bool has_accepted;
	struct vha_provider *offered_to;
	unsigned long offered_at;
	u64 offered_cpu;
	struct vha_provider *stuck_in;
	unsigned long stuck_at;
	bool stuck_counts;
	struct llist_head done;
	struct completion left;
	struct list_head orphan;
	bool acked;
	bool detached;

	struct vha_ring ring ____cacheline_aligned;
	struct vha_ring_chain chain;
	struct vha_vmap map[3];
	u64 generation;
	struct vha_iotlb_hint hint;
	bool started;
	int broken;
	bool reported;
	bool stalled;
	bool full;
	struct vha_provider *full_provider;
	struct list_head room;
	bool refused;
	unsigned long refused_since;
	u64 full_ns;
	unsigned long throttled;
	u32 inflight;
	struct vha_pool pool;
	struct vha_bounces *bounce;
	struct list_head overdue;
	u32 strays;
	u32 stray_pages;
	struct vha_req **batch;
	u32 batch_pos;
	u32 batch_end;
	struct vha_sched_queue sched;
	struct list_head half;
	struct vha_req *ready[VHA_BATCH];
	u32 ready_nr;
	struct vha_ctrl_answer answer;
	u8 *key;
	u8 *result;
	struct cpumask affinity;
};

/* Length of &vha_dev.reason */
#define VHA_REASON_LEN	128

/**
 * struct vha_dev - a device
 * @vdpa: for the vDPA core; first
 * @node: on the list of devices, see move.c
 * @provider: who does the work. Changed under @lock
 * @settings: as they were when it was made
 * @offered: algorithms in @config, see ACCEL_ALG_BIT()
 * @features: offered
 * @choice: who does which algorithm. Guarded by @lock, changed only while no worker
 *	runs
 * @config: configuration space without status; constant
 * @lock: guards all that says so, and starting and stopping
 * @fallback: see &vha_settings.fallback. Guarded by @lock
 * @driver_features: negotiated. Guarded by @lock
 * @suspended: all workers are parked. Guarded by @lock
 * @in_use: a module reference is held. Guarded by @lock
 * @drains_strays: a drained queue has no strays either, see bounce.h. Guarded by @lock
 * @wants_start: the kernel's own driver has set DRIVER_OK when we were not able
 *	to start. Guarded by @lock
 * @generation: of the configuration space
 * @ready: VIRTIO_CRYPTO_S_HW_READY
 * @state_lock: guards changes of @status, and @reason
 * @status: virtio status byte; read without lock
 * @reason: why the device needs a reset or did not start, or empty
 * @config_mutex: guards @config_cb, and calls of it
 * @config_cb: how to tell the driver about a change
 * @orphan_mutex: guards @orphans
 * @orphans: runs whose requests did not come back
 * @saturated: queues whose provider is full
 * @saturation_work: tells that as a uevent
 * @saturation_told: what was told last. The work item's
 * @saturation_next: when the next one may come, in jiffies
 * @share: of its provider
 * @qos: its limits
 * @resets_needed: how often the device needed a reset
 * @tlb: the address map
 * @sessions: the sessions
 * @sas: the SAs
 * @sa_events: the driver is to be told that there are some
 * @totals: of its provider
 * @debugfs: directory
 * @state_node: sysfs file "state", NULL until there is one
 * @saturated_node: sysfs file "saturated"
 * @dirs: folders in sysfs, of queues and of services
 * @queues_dir: where those of queues are
 * @services_dir: where those of services are
 * @latency_since: time since which requests are measured, 0 while they aren't
 * @nvqs: queues, the control queue included
 * @vq: the queues
 */
struct vha_dev {
	struct vdpa_device vdpa;
	struct list_head node;
	struct vha_provider *provider;
	struct vha_settings settings;
	u64 offered;
	u64 features;
	struct vha_choice choice;
	struct virtio_crypto_config config;

	struct mutex lock; /* see above */
	bool fallback;
	u64 driver_features;
	bool suspended;
	bool in_use;
	bool drains_strays;
	bool wants_start;
	u32 generation;
	bool ready;

	spinlock_t state_lock; /* see above */
	u8 status;
	char reason[VHA_REASON_LEN];

	struct mutex config_mutex; /* see above */
	struct vdpa_callback config_cb;

	struct mutex orphan_mutex; /* see above */
	struct list_head orphans;

	atomic_t saturated;
	struct delayed_work saturation_work;
	bool saturation_told;
	unsigned long saturation_next;
	struct vha_share share;
	struct vha_qos qos;
	atomic_t resets_needed;

	struct vha_iotlb tlb;
	struct vha_sessions sessions;
	struct vha_sas sas;
	bool sa_events;
	struct vha_totals_member totals;
	struct dentry *debugfs;
	struct kernfs_node *state_node;
	struct kernfs_node *saturated_node;
	struct list_head dirs;
	struct kobject *queues_dir;
	struct kobject *services_dir;
	u64 latency_since;
	u32 nvqs;
	struct vha_vq *vq;
};

static inline struct vha_dev *vha_dev_of(struct vdpa_device *vdpa)
{
	return container_of(vdpa, struct vha_dev, vdpa);
}

/* mgmt.c: management devices */
int vha_mgmt_init(void);
void vha_mgmt_exit(void);
void vha_mgmt_changed(void);

/* dev.c: life of a device */
struct vha_dev *vha_dev_create(const char *name,
			       struct vha_provider *provider,
			       const struct vha_settings *settings,
			       u64 features);
void vha_dev_free(struct vha_dev *dev);
void vha_dev_set_status(struct vha_dev *dev, u8 status);
void vha_dev_reset(struct vha_dev *dev);
void vha_dev_put_module(struct vha_dev *dev);
int vha_dev_suspend(struct vha_dev *dev);
int vha_dev_resume(struct vha_dev *dev);
void vha_dev_orphans_gone(struct vha_dev *dev);
bool vha_dev_has_orphans(struct vha_dev *dev);
bool vha_dev_is_held_up(struct vha_dev *dev);
__printf(2, 3) void vha_dev_needs_reset(struct vha_dev *dev,
					const char *fmt, ...);
void vha_dev_tell_sa_events(struct vha_dev *dev);
bool vha_dev_drain(struct vha_dev *dev, bool strays);
void vha_dev_resume_runs(struct vha_dev *dev);

/* move.c: from one provider to another */
int vha_dev_move(struct vha_dev *dev, struct vha_provider *provider,
		 bool fallback);
void vha_devs_add(struct vha_dev *dev);
void vha_devs_del(struct vha_dev *dev);
void vha_devs_lose(struct vha_provider *provider);
void vha_devs_check(void);
void vha_devs_tell_health(struct vha_provider *provider, const char *causes);

/* vdpa_ops.c */
extern const struct vdpa_config_ops vha_vdpa_ops;
#define VHA_FEATURES	(BIT_ULL(VIRTIO_F_VERSION_1) |			\
			 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |		\
			 BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) |		\
			 BIT_ULL(VIRTIO_RING_F_EVENT_IDX) |		\
			 BIT_ULL(VIRTIO_CRYPTO_F_REVISION_1) |		\
			 VHA_FEATURES_STATELESS | VHA_FEATURE_IPSEC)
/* Each needs VIRTIO_CRYPTO_F_REVISION_1, and is in a row of vha_services */
#define VHA_FEATURES_STATELESS						\
	(BIT_ULL(VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE) |		\
	 BIT_ULL(VIRTIO_CRYPTO_F_HASH_STATELESS_MODE) |			\
	 BIT_ULL(VIRTIO_CRYPTO_F_MAC_STATELESS_MODE) |			\
	 BIT_ULL(VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE) |			\
	 BIT_ULL(VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE))
/* Offered when there are SAs; needs VIRTIO_CRYPTO_F_REVISION_1 */
#define VHA_FEATURE_IPSEC	BIT_ULL(VIRTIO_ACCEL_F_CTRL)
/* Without these no driver can use the device */
#define VHA_FEATURES_NEEDED	(BIT_ULL(VIRTIO_F_VERSION_1) |		\
				 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM))

/**
 * vha_features_consistent() - is everything there that these features need?
 * @features: feature bits
 *
 * virtio 1.4, "Crypto Device", "Feature bit requirements".
 *
 * Context: any.
 * Return: whether it is.
 */
static inline bool vha_features_consistent(u64 features)
{
	if (~features & VHA_FEATURES_NEEDED)
		return false;
	return !(features & (VHA_FEATURES_STATELESS | VHA_FEATURE_IPSEC)) ||
	       (features & BIT_ULL(VIRTIO_CRYPTO_F_REVISION_1));
}

/* vq.c: runs and their workers */
int vha_run_create(struct vha_vq *vq);
void vha_run_discard(struct vha_vq *vq);
void vha_run_start(struct vha_vq *vq);
void vha_run_drain(struct vha_run *run);
bool vha_run_wait_parked(struct vha_run *run, unsigned long *deadline);
void vha_run_resume(struct vha_vq *vq);
void vha_run_quit(struct vha_run *run);
bool vha_run_wait_left(struct vha_run *run, unsigned long deadline);
void vha_run_end(struct vha_vq *vq);
bool vha_run_map(struct vha_run *run);
void vha_run_signal(struct vha_run *run);
void vha_vq_kick(struct vha_vq *vq);
void vha_vq_set_affinity(struct vha_vq *vq, const struct cpumask *mask);

/**
 * vha_vq_run() - the run of a queue
 * @vq: the queue
 *
 * Context: the caller holds &vha_dev.lock.
 * Return: the run or NULL.
 */
static inline struct vha_run *vha_vq_run(struct vha_vq *vq)
{
	return rcu_dereference_protected(vq->run,
					 lockdep_is_held(&vq->dev->lock));
}

/**
 * vha_run_wake() - have the worker look around
 * @run: which exists: the caller is in an RCU read section or holds it
 *
 * Context: any. Pairs with the barrier in wait_event().
 */
static inline void vha_run_wake(struct vha_run *run)
{
	if (wq_has_sleeper(&run->wait))
		wake_up(&run->wait);
}

/**
 * vha_run_batch_len() - how many requests are taken and not submitted
 * @run: of the queue
 *
 * Context: the worker.
 * Return: how many.
 */
static inline u32 vha_run_batch_len(const struct vha_run *run)
{
	return run->batch_end - run->batch_pos;
}

/* qos.c */
void vha_dev_set_saturated(struct vha_dev *dev, bool saturated);

/* provider.c, provider_kcapi.c */
extern struct vha_provider *vha_provider_soft;
void vha_provider_choose(struct vha_choice *choice,
			 struct vha_provider *provider, bool fallback, u64 algs);
void vha_provider_probe(struct vha_dev *dev);
u64 vha_provider_algs(const struct vha_choice *choice);
void vha_provider_fill_config(struct vha_dev *dev);
u32 vha_provider_ctx_size(const struct vha_choice *choice);
int vha_kcapi_init(void);
void vha_kcapi_exit(void);
int vha_kcapi_watch(void (*changed)(void));
void vha_kcapi_unwatch(void);

/* sysfs_dirs.c */
int vha_dirs_add(struct vha_dev *dev);
void vha_dirs_del(struct vha_dev *dev);

/* sysfs_state.c */
extern struct bin_attribute *vha_dev_bin_attrs[];

#endif /* _VHA_H */
