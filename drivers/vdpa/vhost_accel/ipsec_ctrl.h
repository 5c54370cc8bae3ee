/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control requests of the vendor extension: administration commands, and SAs.
 */
#ifndef _VHA_IPSEC_CTRL_H
#define _VHA_IPSEC_CTRL_H

#include <linux/types.h>
#include <linux/virtio_accel.h>

struct vha_sas;
struct virtio_admin_cmd_resource_obj_cmd_hdr;

/**
 * struct vha_ipsec_call - a control request, in private memory
 * @data: from the guest
 * @data_len: of @data
 * @result: where the result goes
 * @room: for it
 * @result_len: of the result; at most @room, as what does not fit is left out
 */
struct vha_ipsec_call {
	const u8 *data;
	u32 data_len;
	u8 *result;
	u32 room;
	u32 result_len;
};

int vha_ipsec_set_state(struct vha_sas *sas,
			const struct virtio_accel_sa_state *state);
u8 vha_ipsec_ctrl(struct vha_sas *sas, u32 opcode, u32 version,
		  struct vha_ipsec_call *call);
void vha_ipsec_admin(struct vha_sas *sas, struct vha_ipsec_call *call);
int vha_ipsec_read_hdr(const struct virtio_admin_cmd_resource_obj_cmd_hdr *hdr,
		       u8 *dir, u32 *id);

#endif /* _VHA_IPSEC_CTRL_H */
