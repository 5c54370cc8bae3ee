/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated accelerator: the hardware, as its driver sees it.
 *
 * What the driver writes into memory for it, and the registers, which are
 * functions here. The hardware knows addresses of the bus only, and reaches
 * memory through nothing else.
 */
#ifndef _ACCEL_SIM_HW_H
#define _ACCEL_SIM_HW_H

#include <linux/build_bug.h>
#include <linux/types.h>

struct device;

/* Entries of the ring of descriptors */
#define SIM_SQ_SIZE	1024
/*
 * Entries of the ring of answers: all descriptors, and as many late answers.
 * Hence it can't be full.
 */
#define SIM_CQ_SIZE	(2 * SIM_SQ_SIZE)

#define SIM_IV_SIZE	16

/**
 * enum sim_mode - what is done with the data
 * @SIM_ECB: ecb(aes)
 * @SIM_CBC: cbc(aes)
 * @SIM_CTR: ctr(aes)
 * @SIM_XTS: xts(aes)
 * @SIM_GCM: gcm(aes)
 * @SIM_MODES: how many there are
 */
enum sim_mode {
	SIM_ECB,
	SIM_CBC,
	SIM_CTR,
	SIM_XTS,
	SIM_GCM,
	SIM_MODES,
};

#define SIM_DESC_ENCRYPT	BIT(0)

/**
 * struct sim_desc - a descriptor
 * @tag: comes back in the answer
 * @mode: enum sim_mode
 * @flags: SIM_DESC_*
 * @keylen: bytes at @key
 * @taglen: bytes of an AEAD's tag
 * @key: of the bus
 * @io: of the bus, a &struct sim_io
 * @nr_src: segments to read, the first ones of @io
 * @nr_dst: segments to write, those that follow. 0: what was read is written
 * @assoclen: bytes of associated data
 * @cryptlen: bytes behind them; to decrypt, with the tag
 * @reserved: 0
 */
struct sim_desc {
	__le32 tag;
	u8 mode;
	u8 flags;
	u8 keylen;
	u8 taglen;
	__le64 key;
	__le64 io;
	__le16 nr_src;
	__le16 nr_dst;
	__le32 assoclen;
	__le32 cryptlen;
	u8 reserved[28];
};

static_assert(sizeof(struct sim_desc) == 64);

/**
 * struct sim_seg - a piece of memory
 * @addr: of the bus
 * @len: bytes
 * @reserved: 0
 */
struct sim_seg {
	__le64 addr;
	__le32 len;
	__le32 reserved;
};

static_assert(sizeof(struct sim_seg) == 16);

/**
 * struct sim_io - what a descriptor has no room for
 * @iv: read, and written with that of the next block
 * @seg: segments
 */
struct sim_io {
	u8 iv[SIM_IV_SIZE];
	struct sim_seg seg[];
};

/**
 * enum sim_status - how it went
 * @SIM_STATUS_OK: done
 * @SIM_STATUS_BADMSG: the tag is wrong
 * @SIM_STATUS_ERROR: not done
 */
enum sim_status {
	SIM_STATUS_OK,
	SIM_STATUS_BADMSG,
	SIM_STATUS_ERROR,
};

/**
 * struct sim_answer - to a descriptor
 * @tag: of the descriptor
 * @len: bytes of text and tag that were written
 * @status: enum sim_status
 * @phase: 1 in the ring's first round, 0 in the second and so on. Written last
 * @reserved: 0
 */
struct sim_answer {
	__le32 tag;
	__le32 len;
	__le16 status;
	__le16 phase;
	__le32 reserved;
};

static_assert(sizeof(struct sim_answer) == 16);

struct sim_hw;

struct sim_hw *sim_hw_create(void);
void sim_hw_destroy(struct sim_hw *hw);
int sim_hw_irq(const struct sim_hw *hw);
void sim_hw_plug(struct sim_hw *hw, struct device *dev);

void sim_hw_start(struct sim_hw *hw, dma_addr_t sq, dma_addr_t cq);
void sim_hw_stop(struct sim_hw *hw);
void sim_hw_power_off(struct sim_hw *hw);
void sim_hw_doorbell(struct sim_hw *hw, u32 tail);
unsigned int sim_hw_life(struct sim_hw *hw);
bool sim_hw_express(struct sim_hw *hw, const struct sim_desc *desc,
		    unsigned int life, bool may_sleep);

void sim_hw_kick(struct sim_hw *hw);
void sim_hw_release(struct sim_hw *hw, unsigned int n);
unsigned int sim_hw_held(struct sim_hw *hw);

/* exec.c */
struct sim_exec;

/**
 * struct sim_work - a descriptor being executed
 * @desc: the descriptor
 * @may_sleep: whether that may take its time
 * @short_by: bytes that are left out
 * @done: bytes that were written
 */
struct sim_work {
	const struct sim_desc *desc;
	bool may_sleep;
	unsigned int short_by;
	unsigned int done;
};

struct sim_exec *sim_exec_create(void);
void sim_exec_destroy(struct sim_exec *exec);
int sim_exec_prepare(struct sim_exec *exec, struct device *dev,
		     const struct sim_work *work);
enum sim_status sim_exec_run(struct sim_exec *exec, struct device *dev,
			     struct sim_work *work);
void *sim_bus_virt(struct device *dev, dma_addr_t addr);

#endif /* _ACCEL_SIM_HW_H */
