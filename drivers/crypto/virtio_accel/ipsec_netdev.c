// SPDX-License-Identifier: GPL-2.0
/*
 * The stacked network device: ip link add NAME link LOWER type vaccel
 *
 * It takes all packets of the device below, and has its address, MTU, features and
 * carrier.  What it adds is the offload of IPsec, for any device.
 *
 * A stacked device lives until the last packet of its SAs is through: each SA has a
 * reference.  Until then its NAPI context runs, and drops packets if the device is
 * down; ->priv_destructor comes after that.
 */
#include "ipsec_netdev.h"

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>
#include <net/xfrm.h>

#include "ipsec_rxtx.h"
#include "ipsec_sa.h"
#include "ipsec_xfrm.h"

#define VACCEL_KIND	"vaccel"

/* Of the device below, what it has done for plain packets */
#define VACCEL_LOWER_FEATURES						\
	(NETIF_F_RXCSUM | NETIF_F_SCTP_CRC)
/*
 * Our own. What the device below lacks, the stack does for plain packets when they get
 * there. For SAs in packet mode it is done here, see vaccel_packet_xmit().
 */
#define VACCEL_OWN_FEATURES						\
	(NETIF_F_HW_ESP | NETIF_F_GRO | NETIF_F_GSO |			\
	 NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA |		\
	 NETIF_F_FRAGLIST | NETIF_F_ALL_TSO | NETIF_F_GSO_UDP_L4)
/* For packets of SAs; without NETIF_F_HW_ESP the stack would use software */
#define VACCEL_ESP_FEATURES						\
	(NETIF_F_SG | NETIF_F_HIGHDMA | NETIF_F_FRAGLIST | NETIF_F_HW_ESP)

void vaccel_netdev_count_sa(struct vaccel_netdev *vn, const struct vaccel_sa *sa,
			    int n)
{
	if (!sa->out)
		atomic_add(n, &vn->nr_in);
}

/* Scripts read these, in any order */
static const char vaccel_stat_names[][ETH_GSTRING_LEN] = {
	[VACCEL_TX_PACKETS] = "tx_esp_packets",
	[VACCEL_TX_BYTES] = "tx_esp_bytes",
	[VACCEL_TX_ERRORS] = "tx_esp_errors",
	[VACCEL_TX_NO_SA] = "tx_esp_no_sa",
	[VACCEL_TX_MALFORMED] = "tx_esp_malformed",
	[VACCEL_TX_NO_MEMORY] = "tx_esp_no_memory",
	[VACCEL_TX_STOPS] = "tx_queue_stops",
	[VACCEL_RX_PACKETS] = "rx_esp_packets",
	[VACCEL_RX_BYTES] = "rx_esp_bytes",
	[VACCEL_RX_BADMSG] = "rx_esp_badmsg",
	[VACCEL_RX_REPLAY] = "rx_esp_replay",
	[VACCEL_RX_SOFTWARE] = "rx_esp_software",
	[VACCEL_RX_NO_MEMORY] = "rx_esp_no_memory",
	[VACCEL_RX_FULL] = "rx_esp_full",
	[VACCEL_TX_PACKET_MODE] = "tx_packet_mode",
	[VACCEL_TX_REFUSED] = "tx_packet_refused",
	[VACCEL_TX_NO_DEVICE] = "tx_packet_no_device",
	[VACCEL_TX_STATE] = "tx_packet_state",
	[VACCEL_TX_NO_ROUTE] = "tx_packet_no_route",
	[VACCEL_RX_PACKET_MODE] = "rx_packet_mode",
	[VACCEL_RX_REFUSED] = "rx_packet_refused",
	[VACCEL_RX_STATE] = "rx_packet_state",
	[VACCEL_RX_PLAIN] = "rx_packet_plain",
	[VACCEL_TX_SUPER] = "tx_super_packets",
};

static_assert(ARRAY_SIZE(vaccel_stat_names) == VACCEL_NETDEV_STAT_NR);

static int vaccel_get_sset_count(struct net_device *dev, int sset)
{
	return sset == ETH_SS_STATS ? VACCEL_NETDEV_STAT_NR : -EOPNOTSUPP;
}

static void vaccel_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	if (sset == ETH_SS_STATS)
		memcpy(data, vaccel_stat_names, sizeof(vaccel_stat_names));
}

static void vaccel_get_ethtool_stats(struct net_device *dev,
				     struct ethtool_stats *stats, u64 *data)
{
	struct vaccel_netdev *vn = netdev_priv(dev);
	unsigned int cpu, i;

	for (i = 0; i < VACCEL_NETDEV_STAT_NR; i++) {
		data[i] = 0;
		for_each_possible_cpu(cpu)
			data[i] += READ_ONCE(per_cpu_ptr(vn->stats, cpu)->v[i]);
	}
}

static void vaccel_get_drvinfo(struct net_device *dev,
			       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "virtio_accel", sizeof(info->driver));
}

static int vaccel_get_link_ksettings(struct net_device *dev,
				     struct ethtool_link_ksettings *cmd)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	return __ethtool_get_link_ksettings(vn->lower, cmd);
}

static const struct ethtool_ops vaccel_ethtool_ops = {
	.get_drvinfo = vaccel_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = vaccel_get_link_ksettings,
	.get_sset_count = vaccel_get_sset_count,
	.get_strings = vaccel_get_strings,
	.get_ethtool_stats = vaccel_get_ethtool_stats,
};

static int vaccel_ndo_init(struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);
	int err;

	vn->stats = alloc_percpu(struct vaccel_netdev_stats);
	if (!vn->stats)
		return -ENOMEM;
	err = vaccel_policies_init(&vn->policies);
	if (err)
		goto err_stats;
	err = gro_cells_init(&vn->cells, dev);
	if (err)
		goto err_policies;
	spin_lock_init(&vn->lock);
	INIT_LIST_HEAD(&vn->tx_ready);
	INIT_LIST_HEAD(&vn->rx_ready);
	INIT_LIST_HEAD(&vn->ptx_ready);
	INIT_LIST_HEAD(&vn->prx_ready);
	netif_napi_add(dev, &vn->napi, vaccel_rxtx_poll);
	napi_enable(&vn->napi);
	netdev_hold(vn->lower, &vn->lower_tracker, GFP_KERNEL);
	netdev_lockdep_set_classes(dev);
	return 0;

err_policies:
	vaccel_policies_exit(&vn->policies);
err_stats:
	free_percpu(vn->stats);
	return err;
}

/* No SA and no packet of one is left */
static void vaccel_destructor(struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	napi_disable(&vn->napi);
	netif_napi_del(&vn->napi);
	gro_cells_destroy(&vn->cells);
	vaccel_policies_exit(&vn->policies);
	free_percpu(vn->stats);
	netdev_put(vn->lower, &vn->lower_tracker);
}

static int vaccel_ndo_open(struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);
	int err;

	if (dev->flags & IFF_ALLMULTI) {
		err = dev_set_allmulti(vn->lower, 1);
		if (err)
			return err;
	}
	if (dev->flags & IFF_PROMISC) {
		err = dev_set_promiscuity(vn->lower, 1);
		if (err)
			goto err_allmulti;
	}
	netif_start_queue(dev);
	return 0;

err_allmulti:
	if (dev->flags & IFF_ALLMULTI)
		dev_set_allmulti(vn->lower, -1);
	return err;
}

static int vaccel_ndo_stop(struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	netif_stop_queue(dev);
	dev_uc_unsync(vn->lower, dev);
	dev_mc_unsync(vn->lower, dev);
	if (dev->flags & IFF_PROMISC)
		dev_set_promiscuity(vn->lower, -1);
	if (dev->flags & IFF_ALLMULTI)
		dev_set_allmulti(vn->lower, -1);
	return 0;
}

static void vaccel_ndo_change_rx_flags(struct net_device *dev, int change)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	/* Else when it is set up */
	if (!(dev->flags & IFF_UP))
		return;
	if (change & IFF_ALLMULTI)
		dev_set_allmulti(vn->lower, dev->flags & IFF_ALLMULTI ? 1 : -1);
	if (change & IFF_PROMISC)
		dev_set_promiscuity(vn->lower,
				    dev->flags & IFF_PROMISC ? 1 : -1);
}

static void vaccel_ndo_set_rx_mode(struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	dev_uc_sync(vn->lower, dev);
	dev_mc_sync(vn->lower, dev);
}

static int vaccel_ndo_change_mtu(struct net_device *dev, int mtu)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	if (mtu > vn->lower->mtu)
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static netdev_features_t vaccel_ndo_fix_features(struct net_device *dev,
						 netdev_features_t features)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	return features & ((vn->lower->features & VACCEL_LOWER_FEATURES) |
			   ~VACCEL_LOWER_FEATURES);
}

static int vaccel_ndo_get_iflink(const struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	return READ_ONCE(vn->lower->ifindex);
}

static const struct net_device_ops vaccel_netdev_ops = {
	.ndo_init = vaccel_ndo_init,
	.ndo_open = vaccel_ndo_open,
	.ndo_stop = vaccel_ndo_stop,
	.ndo_start_xmit = vaccel_xmit,
	.ndo_change_rx_flags = vaccel_ndo_change_rx_flags,
	.ndo_set_rx_mode = vaccel_ndo_set_rx_mode,
	.ndo_change_mtu = vaccel_ndo_change_mtu,
	.ndo_fix_features = vaccel_ndo_fix_features,
	.ndo_get_iflink = vaccel_ndo_get_iflink,
	.ndo_get_stats64 = dev_get_tstats64,
	.ndo_validate_addr = eth_validate_addr,
};

bool vaccel_netdev_is(const struct net_device *dev)
{
	return dev->netdev_ops == &vaccel_netdev_ops;
}

/* What follows the device below, but for MTU and address */
static void vaccel_follow(struct net_device *dev, struct net_device *lower)
{
	netif_set_tso_max_size(dev, lower->tso_max_size);
	netif_set_tso_max_segs(dev, min_t(u16, lower->tso_max_segs,
					  VACCEL_TX_SEGS));
	dev->needed_headroom = lower->needed_headroom;
	dev->needed_tailroom = lower->needed_tailroom;
}

static void vaccel_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &vaccel_netdev_ops;
	dev->ethtool_ops = &vaccel_ethtool_ops;
	dev->xfrmdev_ops = &vaccel_xfrmdev_ops;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->needs_free_netdev = true;
	dev->priv_destructor = vaccel_destructor;
	dev->hw_features = VACCEL_LOWER_FEATURES | VACCEL_OWN_FEATURES;
	dev->features = dev->hw_features;
	dev->hw_enc_features = VACCEL_ESP_FEATURES;
	dev->max_mtu = ETH_MAX_MTU;
	/* The default of Ethernet is for real devices */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* It would poll us in hard interrupts, where our locks may be held */
	dev->priv_flags |= IFF_DISABLE_NETPOLL;
	/* Packet mode sends by the route, see ipsec_packet.c */
	netif_keep_dst(dev);
}

static int vaccel_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	if (!tb[IFLA_ADDRESS])
		return 0;
	NL_SET_ERR_MSG(extack, "vaccel: the address is that of the device below");
	return -EINVAL;
}

static int vaccel_check_lower(const struct net_device *dev,
			      struct net_device *lower,
			      struct netlink_ext_ack *extack)
{
	if (lower->type != ARPHRD_ETHER || lower->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "vaccel: the device below is not Ethernet");
		return -EINVAL;
	}
	if (vaccel_netdev_is(lower)) {
		NL_SET_ERR_MSG(extack, "vaccel: not on a device of its own type");
		return -EINVAL;
	}
	if (netdev_is_rx_handler_busy(lower)) {
		NL_SET_ERR_MSG(extack, "vaccel: the device below has an owner");
		return -EBUSY;
	}
	if (dev->mtu > lower->mtu) {
		NL_SET_ERR_MSG(extack, "vaccel: the device below has a smaller MTU");
		return -EINVAL;
	}
	return 0;
}

/*
 * The stack's GRO decrypts ESP in software, on the device below before we see it:
 * so it is done on ours instead.
 */
static void vaccel_take_gro(struct vaccel_netdev *vn)
{
	vn->lower_gro = vn->lower->features & NETIF_F_GRO;
	if (!vn->lower_gro)
		return;
	vn->lower->wanted_features &= ~NETIF_F_GRO;
	netdev_update_features(vn->lower);
}

static void vaccel_give_gro(struct vaccel_netdev *vn)
{
	if (!vn->lower_gro || vn->lower->reg_state != NETREG_REGISTERED)
		return;
	vn->lower->wanted_features |= NETIF_F_GRO;
	netdev_update_features(vn->lower);
}

static int vaccel_newlink(struct net *src_net, struct net_device *dev,
			  struct nlattr *tb[], struct nlattr *data[],
			  struct netlink_ext_ack *extack)
{
	struct vaccel_netdev *vn = netdev_priv(dev);
	struct net_device *lower;
	int err;

	if (!tb[IFLA_LINK]) {
		NL_SET_ERR_MSG(extack, "vaccel: a device below is missing (link)");
		return -EINVAL;
	}
	lower = __dev_get_by_index(src_net, nla_get_u32(tb[IFLA_LINK]));
	if (!lower)
		return -ENODEV;
	if (!tb[IFLA_MTU])
		dev->mtu = lower->mtu;
	err = vaccel_check_lower(dev, lower, extack);
	if (err)
		return err;
	vn->dev = dev;
	vn->lower = lower;
	eth_hw_addr_set(dev, lower->dev_addr);
	vaccel_follow(dev, lower);

	err = register_netdevice(dev);
	if (err)
		return err;
	err = netdev_upper_dev_link(lower, dev, extack);
	if (err)
		goto err_register;
	err = netdev_rx_handler_register(lower, vaccel_rx_handler, dev);
	if (err)
		goto err_link;
	vaccel_take_gro(vn);
	netif_stacked_transfer_operstate(lower, dev);
	return 0;

err_link:
	netdev_upper_dev_unlink(lower, dev);
err_register:
	unregister_netdevice(dev);
	return err;
}

static void vaccel_dellink(struct net_device *dev, struct list_head *head)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	netdev_rx_handler_unregister(vn->lower);
	vaccel_give_gro(vn);
	netdev_upper_dev_unlink(vn->lower, dev);
	unregister_netdevice_queue(dev, head);
}

static struct net *vaccel_get_link_net(const struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);

	return dev_net(vn->lower);
}

static struct rtnl_link_ops vaccel_link_ops = {
	.kind = VACCEL_KIND,
	.priv_size = sizeof(struct vaccel_netdev),
	.setup = vaccel_setup,
	.validate = vaccel_validate,
	.newlink = vaccel_newlink,
	.dellink = vaccel_dellink,
	.get_link_net = vaccel_get_link_net,
};

/* The stacked device on a device, under RTNL; there is at most one */
static struct net_device *vaccel_upper(const struct net_device *lower)
{
	if (rtnl_dereference(lower->rx_handler) != vaccel_rx_handler)
		return NULL;
	return rtnl_dereference(lower->rx_handler_data);
}

static void vaccel_unregister(struct net_device *dev)
{
	LIST_HEAD(list);

	vaccel_dellink(dev, &list);
	unregister_netdevice_many(&list);
}

static int vaccel_netdev_event(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	struct net_device *lower = netdev_notifier_info_to_dev(ptr);
	struct net_device *dev = vaccel_upper(lower);

	if (!dev)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		netif_stacked_transfer_operstate(lower, dev);
		break;
	case NETDEV_CHANGEMTU:
		dev_set_mtu(dev, lower->mtu);
		break;
	case NETDEV_CHANGEADDR:
		eth_hw_addr_set(dev, lower->dev_addr);
		call_netdevice_notifiers(NETDEV_CHANGEADDR, dev);
		break;
	case NETDEV_FEAT_CHANGE:
		vaccel_follow(dev, lower);
		netdev_update_features(dev);
		break;
	case NETDEV_UNREGISTER:
		/* Not when it only moves to another network namespace */
		if (lower->reg_state == NETREG_UNREGISTERING)
			vaccel_unregister(dev);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		return NOTIFY_BAD;
	}
	return NOTIFY_DONE;
}

static struct notifier_block vaccel_netdev_nb = {
	.notifier_call = vaccel_netdev_event,
};

int vaccel_netdev_init(void)
{
	int err;

	err = register_netdevice_notifier(&vaccel_netdev_nb);
	if (err)
		return err;
	err = rtnl_link_register(&vaccel_link_ops);
	if (err)
		unregister_netdevice_notifier(&vaccel_netdev_nb);
	return err;
}

void vaccel_netdev_exit(void)
{
	rtnl_link_unregister(&vaccel_link_ops);
	unregister_netdevice_notifier(&vaccel_netdev_nb);
}

MODULE_ALIAS_RTNL_LINK(VACCEL_KIND);
