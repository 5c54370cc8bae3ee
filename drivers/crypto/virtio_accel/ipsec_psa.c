// SPDX-License-Identifier: GPL-2.0
/*
 * SAs in packet mode: their life, and their places on devices.
 *
 * Everything that waits for a device is in the work item of the SA, which is queued
 * when it is made, when a device is ready, when its device has forgotten it, and when
 * the last reference is gone. The SA is in the list until that work item frees it, so
 * that whoever finds it there may queue the work.
 */
#include "ipsec_psa.h"

#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fill.h"
#include "vaccel.h"
#include "vq.h"

/* Guards vaccel_psas, and @sas of all queues; innermost */
static DEFINE_SPINLOCK(vaccel_psas_lock);
static LIST_HEAD(vaccel_psas);

void vaccel_psas_check(void)
{
	struct vaccel_psa *psa;

	spin_lock_bh(&vaccel_psas_lock);
	list_for_each_entry(psa, &vaccel_psas, node)
		queue_work(vaccel_wq, &psa->work);
	spin_unlock_bh(&vaccel_psas_lock);
}

u64 vaccel_psa_next_seq(u64 last, u32 low, bool esn)
{
	s32 ahead = low - (u32)last;

	if (!esn)
		return low;
	/* Nothing is before the first one */
	if (ahead < 0 && last < (u32)-ahead)
		return low;
	return last + ahead;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_psa_next_seq);

u64 vaccel_psa_used(struct vaccel_psa *psa, u32 low)
{
	s64 last = atomic64_read(&psa->seq);
	u64 seq = vaccel_psa_next_seq(last, low, psa->esn);

	while (seq > (u64)last &&
	       !atomic64_try_cmpxchg(&psa->seq, &last, seq))
		;
	return seq;
}

/* Is the device still the one that the SA was made on, and has it not been reset? */
static bool vaccel_psa_in_place(const struct vaccel_psa_place *place)
{
	u8 state = READ_ONCE(place->vd->state);

	return place->gen == READ_ONCE(place->vd->gen) &&
	       (state == VACCEL_READY || state == VACCEL_NOT_READY);
}

/*
 * The queue with the fewest SAs of the same direction; of several such, that with the
 * fewest SAs; of several such, the first.
 */
static struct vaccel_vq *vaccel_psa_take_vq(struct vaccel_dev *vd, bool out)
{
	struct vaccel_vq *q, *best = vd->vqs;
	unsigned int i;

	spin_lock_bh(&vaccel_psas_lock);
	for (i = 1; i < vd->nr_vqs; i++) {
		q = &vd->vqs[i];
		if (q->sas[out] < best->sas[out] ||
		    (q->sas[out] == best->sas[out] &&
		     q->sas[!out] < best->sas[!out]))
			best = q;
	}
	best->sas[out]++;
	spin_unlock_bh(&vaccel_psas_lock);
	return best;
}

static void vaccel_psa_give_vq(struct vaccel_vq *q, bool out)
{
	spin_lock_bh(&vaccel_psas_lock);
	q->sas[out]--;
	spin_unlock_bh(&vaccel_psas_lock);
}

static void vaccel_psa_leave(struct vaccel_psa *psa)
{
	struct vaccel_psa_place *place;

	/* Only this work changes it */
	place = rcu_dereference_protected(psa->place, true);
	if (!place)
		return;
	rcu_assign_pointer(psa->place, NULL);
	/*
	 * Until nobody submits to it any more. Who submits has a reference: without any
	 * there is nobody, and it would take long to end many SAs if each waited.
	 */
	if (!READ_ONCE(psa->dead))
		synchronize_rcu();
	vaccel_ipsec_destroy(place->vd, &place->sa);
	vaccel_psa_give_vq(place->vq, psa->out);
	vaccel_dev_put(place->vd);
	kfree_rcu(place, rcu);
}

static bool vaccel_psa_fits(struct vaccel_dev *vd, const void *data)
{
	return vaccel_ipsec_ready(vd) &&
	       vaccel_ipsec_takes(&vd->ipsec.caps, data);
}

/* Where does it go on? Outbound, what is in flight on a lost device has used numbers */
static int vaccel_psa_start_seq(const struct vaccel_psa *psa, u64 *seq)
{
	u64 limit = psa->esn ? U64_MAX : U32_MAX;

	*seq = atomic64_read(&psa->seq);
	if (!psa->placed || !psa->out)
		return 0;
	if (*seq > limit - VACCEL_PSA_JUMP)
		return -EOVERFLOW;
	*seq += VACCEL_PSA_JUMP;
	return 0;
}

static int vaccel_psa_make(struct vaccel_psa *psa, struct vaccel_dev *vd,
			   struct vaccel_psa_place *place, u64 seq)
{
	int err;

	place->sa = psa->sa;
	err = vaccel_ipsec_create(vd, &place->sa, &place->gen);
	if (!err && seq) {
		err = vaccel_ipsec_set_seq(vd, &place->sa, seq);
		if (err)
			vaccel_ipsec_destroy(vd, &place->sa);
	}
	memzero_explicit(&place->sa.wire.cipher_key,
			 sizeof(place->sa.wire.cipher_key));
	memzero_explicit(&place->sa.wire.auth_key,
			 sizeof(place->sa.wire.auth_key));
	memzero_explicit(place->sa.wire.salt, sizeof(place->sa.wire.salt));
	return err;
}

static int vaccel_psa_enter(struct vaccel_psa *psa)
{
	struct vaccel_psa_place *place;
	struct vaccel_dev *vd;
	u64 seq;
	int err;

	err = vaccel_psa_start_seq(psa, &seq);
	if (err)
		return err;
	vd = vaccel_dev_find(vaccel_psa_fits, &psa->sa);
	if (!vd)
		return -ENODEV;
	err = -ENOMEM;
	place = kzalloc(sizeof(*place), GFP_KERNEL);
	if (!place)
		goto err_put;
	err = vaccel_psa_make(psa, vd, place, seq);
	if (err)
		goto err_free;
	atomic64_set(&psa->seq, seq);
	psa->placed = true;
	place->vd = vd;
	place->vq = vaccel_psa_take_vq(vd, psa->out);
	rcu_assign_pointer(psa->place, place);
	return 0;

err_free:
	kfree_sensitive(place);
err_put:
	vaccel_dev_put(vd);
	return err;
}

static void vaccel_psa_free(struct vaccel_psa *psa)
{
	spin_lock_bh(&vaccel_psas_lock);
	list_del(&psa->node);
	spin_unlock_bh(&vaccel_psas_lock);
	/* Before it left the list, it may have been queued once more */
	cancel_work(&psa->work);
	netdev_put(psa->dev, &psa->tracker);
	memzero_explicit(&psa->sa, sizeof(psa->sa));
	kfree_rcu(psa, rcu);
	/* The module waits for its workqueue when it goes */
	module_put(THIS_MODULE);
}

static void vaccel_psa_work(struct work_struct *work)
{
	struct vaccel_psa *psa = container_of(work, struct vaccel_psa, work);
	struct vaccel_psa_place *place;
	bool stale;

	if (READ_ONCE(psa->dead)) {
		vaccel_psa_leave(psa);
		vaccel_psa_free(psa);
		return;
	}
	place = rcu_dereference_protected(psa->place, true);
	stale = xchg(&psa->stale, 0);
	if (place && !stale && vaccel_psa_in_place(place))
		return;
	vaccel_psa_leave(psa);
	psa->err = vaccel_psa_enter(psa);
	if (psa->err && psa->err != -ENODEV)
		pr_warn_ratelimited("virtio_accel: %s: no device for SPI %#x: error %d\n",
				    netdev_name(psa->dev), ntohl(psa->spi),
				    psa->err);
}

static void vaccel_psa_release(struct kref *ref)
{
	struct vaccel_psa *psa = container_of(ref, struct vaccel_psa, ref);

	WRITE_ONCE(psa->dead, true);
	queue_work(vaccel_wq, &psa->work);
}

void vaccel_psa_put(struct vaccel_psa *psa)
{
	kref_put(&psa->ref, vaccel_psa_release);
}

void vaccel_psa_stale(struct vaccel_psa *psa)
{
	WRITE_ONCE(psa->stale, 1);
	queue_work(vaccel_wq, &psa->work);
}

static bool vaccel_psa_may_come(struct vaccel_dev *vd, const void *data)
{
	return vd->caps.ipsec && work_busy(&vd->ipsec.work);
}

/*
 * Find the first place; a device that was just found is waited for. Whether there is one
 * has to be asked before: when it is ready, it is none any more, and the work that was
 * queued then may not have run yet.
 */
static int vaccel_psa_settle(struct vaccel_psa *psa)
{
	struct vaccel_dev *vd;

	do {
		vd = vaccel_dev_find(vaccel_psa_may_come, NULL);
		queue_work(vaccel_wq, &psa->work);
		flush_work(&psa->work);
		if (vd) {
			if (psa->err == -ENODEV)
				flush_work(&vd->ipsec.work);
			vaccel_dev_put(vd);
		}
	} while (vd && psa->err == -ENODEV);
	return psa->err;
}

static bool vaccel_psa_option(const struct vaccel_ipsec_sa *sa, unsigned int bit)
{
	return le64_to_cpu(sa->wire.options) & BIT_ULL(bit);
}

static u8 vaccel_psa_overhead(const struct vaccel_ipsec_sa *sa)
{
	const struct accel_ipsec_alg *alg;
	unsigned int len;

	alg = accel_ipsec_alg_find(le64_to_cpu(sa->wire.cipher_algo),
				   le64_to_cpu(sa->wire.auth_algo));
	/* Header, IV, padding with its length and the next header, ICV */
	len = VACCEL_SA_HDR + alg->iv_len + alg->align + 1 + alg->icv_len;
	switch (sa->wire.param.type) {
	case VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4:
		len += 20;
		break;
	case VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6:
		len += 40;
		break;
	}
	if (vaccel_psa_option(sa, VIRTIO_CRYPTO_IPSEC_UDP_ENCAP))
		len += 8;
	return len;
}

struct vaccel_psa *vaccel_psa_create(struct net_device *dev,
				     const struct vaccel_ipsec_sa *sa, u16 family,
				     u64 seq, bool used)
{
	struct vaccel_psa *psa;
	int err;

	psa = kzalloc(sizeof(*psa), GFP_KERNEL);
	if (!psa)
		return ERR_PTR(-ENOMEM);
	__module_get(THIS_MODULE);
	vaccel_order_init(&psa->order);
	atomic64_set(&psa->seq, seq);
	psa->dev = dev;
	netdev_hold(dev, &psa->tracker, GFP_KERNEL);
	psa->out = sa->wire.direction == VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND;
	psa->family = family;
	psa->overhead = vaccel_psa_overhead(sa);
	psa->esn = vaccel_psa_option(sa, VIRTIO_CRYPTO_IPSEC_ESN);
	psa->udp = vaccel_psa_option(sa, VIRTIO_CRYPTO_IPSEC_UDP_ENCAP);
	psa->spi = cpu_to_be32(le32_to_cpu(sa->wire.spi));
	psa->sa = *sa;
	psa->placed = used;
	kref_init(&psa->ref);
	INIT_WORK(&psa->work, vaccel_psa_work);
	spin_lock_bh(&vaccel_psas_lock);
	list_add_tail(&psa->node, &vaccel_psas);
	spin_unlock_bh(&vaccel_psas_lock);

	err = vaccel_psa_settle(psa);
	if (err) {
		vaccel_psa_put(psa);
		return ERR_PTR(err);
	}
	return psa;
}

int vaccel_psa_submit(struct vaccel_psa *psa, struct vaccel_req *req, u32 size,
		      __le64 *session, struct vaccel_untold *untold)
{
	struct vaccel_psa_place *place;
	struct vaccel_vq *q;
	int ret = -ENODEV;

	rcu_read_lock_bh();
	place = rcu_dereference_bh(psa->place);
	if (unlikely(!place))
		goto out_unlock;
	*session = cpu_to_le64(le32_to_cpu(place->sa.wire.obj_id));
	q = place->vq;
	ret = -EMSGSIZE;
	if (unlikely(size > place->vd->caps.max_size ||
		     max(req->nr_src, req->nr_dst) > q->max_sg ||
		     vaccel_req_descs(req) > q->ring))
		goto out_unlock;
	if (untold) {
		if (untold->vq != q) {
			vaccel_psa_tell(untold);
			kref_get(&psa->ref);
			untold->psa = psa;
			untold->vq = q;
		}
		req->flags |= VACCEL_REQ_MORE;
	}
	ret = vaccel_vq_submit(q, req, place->gen, true);
out_unlock:
	rcu_read_unlock_bh();
	return ret;
}

void vaccel_psa_tell(struct vaccel_untold *untold)
{
	if (!untold->vq)
		return;
	vaccel_vq_kick(untold->vq);
	untold->vq = NULL;
	vaccel_psa_put(untold->psa);
}
