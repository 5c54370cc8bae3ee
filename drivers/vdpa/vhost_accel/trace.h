/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of vhost_accel.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vhost_accel

#if !defined(_VHA_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VHA_TRACE_H

#include <linux/tracepoint.h>

#include "vha.h"

/* A request on its way; its queue and head are its name until it is complete */
DECLARE_EVENT_CLASS(vha_request,
	TP_PROTO(const struct vha_run *run, const struct vha_req *req,
		 int result),
	TP_ARGS(run, req, result),
	TP_STRUCT__entry(
		__string(device, dev_name(&run->dev->vdpa.dev))
		__field(u16, queue)
		__field(u16, head)
		__field(u32, bytes)
		__field(int, result)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->queue = run->vq->index;
		__entry->head = req->head;
		__entry->bytes = req->text_len;
		__entry->result = result;
	),
	TP_printk("%s queue=%u head=%u bytes=%u result=%d",
		  __get_str(device), __entry->queue, __entry->head,
		  __entry->bytes, __entry->result)
);

/* Taken from the ring; the result is the status if it is malformed */
DEFINE_EVENT(vha_request, vha_take,
	TP_PROTO(const struct vha_run *run, const struct vha_req *req,
		 int result),
	TP_ARGS(run, req, result)
);

/* Offered to the provider; -EINPROGRESS: it has it, -EAGAIN: it is full */
DEFINE_EVENT(vha_request, vha_submit,
	TP_PROTO(const struct vha_run *run, const struct vha_req *req,
		 int result),
	TP_ARGS(run, req, result)
);

/* Still with the provider; the result is for how many milliseconds */
DEFINE_EVENT(vha_request, vha_overdue,
	TP_PROTO(const struct vha_run *run, const struct vha_req *req,
		 int result),
	TP_ARGS(run, req, result)
);

/* Given back by the provider, in any context */
DEFINE_EVENT(vha_request, vha_done,
	TP_PROTO(const struct vha_run *run, const struct vha_req *req,
		 int result),
	TP_ARGS(run, req, result)
);

/* Returned to the ring; the result is the status */
DEFINE_EVENT(vha_request, vha_complete,
	TP_PROTO(const struct vha_run *run, const struct vha_req *req,
		 int result),
	TP_ARGS(run, req, result)
);

TRACE_EVENT(vha_saturated,
	TP_PROTO(const struct vha_dev *dev, bool saturated),
	TP_ARGS(dev, saturated),
	TP_STRUCT__entry(
		__string(device, dev_name(&dev->vdpa.dev))
		__field(bool, saturated)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->saturated = saturated;
	),
	TP_printk("%s saturated=%d", __get_str(device), __entry->saturated)
);

TRACE_EVENT(vha_orphans,
	TP_PROTO(const struct vha_dev *dev, u32 requests, u32 pages),
	TP_ARGS(dev, requests, pages),
	TP_STRUCT__entry(
		__string(device, dev_name(&dev->vdpa.dev))
		__field(u32, requests)
		__field(u32, pages)
	),
	TP_fast_assign(
		__assign_str(device);
		__entry->requests = requests;
		__entry->pages = pages;
	),
	TP_printk("%s requests=%u pages=%u", __get_str(device),
		  __entry->requests, __entry->pages)
);

/* A provider is sick, or has recovered: causes are "none" */
TRACE_EVENT(vha_health,
	TP_PROTO(const char *provider, const char *causes, u32 overdue,
		 u32 orphans),
	TP_ARGS(provider, causes, overdue, orphans),
	TP_STRUCT__entry(
		__string(provider, provider)
		__string(causes, causes)
		__field(u32, overdue)
		__field(u32, orphans)
	),
	TP_fast_assign(
		__assign_str(provider);
		__assign_str(causes);
		__entry->overdue = overdue;
		__entry->orphans = orphans;
	),
	TP_printk("%s causes=%s overdue=%u orphans=%u", __get_str(provider),
		  __get_str(causes), __entry->overdue, __entry->orphans)
);

TRACE_EVENT(vha_needs_reset,
	TP_PROTO(const struct vha_dev *dev, const char *reason),
	TP_ARGS(dev, reason),
	TP_STRUCT__entry(
		__string(device, dev_name(&dev->vdpa.dev))
		__string(reason, reason)
	),
	TP_fast_assign(
		__assign_str(device);
		__assign_str(reason);
	),
	TP_printk("%s %s", __get_str(device), __get_str(reason))
);

#endif /* _VHA_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
