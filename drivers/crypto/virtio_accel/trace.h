/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM virtio_accel

#if !defined(_VACCEL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VACCEL_TRACE_H

#include <linux/tracepoint.h>

#include "req.h"
#include "stats.h"
#include "vaccel.h"

TRACE_EVENT(vaccel_submit,
	    TP_PROTO(const struct vaccel_dev *vd, unsigned int queue,
		     const struct vaccel_req *req),
	    TP_ARGS(vd, queue, req),
	    TP_STRUCT__entry(__string(dev, vd->name)
			     __string(driver, vaccel_req_name(req))
			     __field(const void *, req)
			     __field(unsigned int, queue)
			     __field(u32, len)
			     __field(bool, enc)),
	    TP_fast_assign(__assign_str(dev);
			   __assign_str(driver);
			   __entry->req = req;
			   __entry->queue = queue;
			   __entry->len = req->src_len;
			   __entry->enc = req->flags & VACCEL_REQ_ENC;),
	    TP_printk("%s queue=%u %s %s req=%p len=%u", __get_str(dev),
		      __entry->queue, __get_str(driver),
		      __entry->enc ? "encrypt" : "decrypt", __entry->req,
		      __entry->len)
);

DECLARE_EVENT_CLASS(vaccel_request,
	    TP_PROTO(const struct vaccel_req *req),
	    TP_ARGS(req),
	    TP_STRUCT__entry(__string(driver, vaccel_req_name(req))
			     __field(const void *, req)
			     __field(u32, len)),
	    TP_fast_assign(__assign_str(driver);
			   __entry->req = req;
			   __entry->len = req->src_len;),
	    TP_printk("%s req=%p len=%u", __get_str(driver), __entry->req,
		      __entry->len)
);

/* It waits for a session, or until its transform has changed sides */
DEFINE_EVENT(vaccel_request, vaccel_park,
	     TP_PROTO(const struct vaccel_req *req),
	     TP_ARGS(req)
);

/* A device or a session was lost: it is done again */
DEFINE_EVENT(vaccel_request, vaccel_again,
	     TP_PROTO(const struct vaccel_req *req),
	     TP_ARGS(req)
);

/* Software does it */
TRACE_EVENT(vaccel_fallback,
	    TP_PROTO(const struct vaccel_req *req, enum vaccel_stat why),
	    TP_ARGS(req, why),
	    TP_STRUCT__entry(__string(driver, vaccel_req_name(req))
			     __field(const void *, req)
			     __field(u32, len)
			     __field(int, why)),
	    TP_fast_assign(__assign_str(driver);
			   __entry->req = req;
			   __entry->len = req->src_len;
			   __entry->why = why;),
	    TP_printk("%s req=%p len=%u %s", __get_str(driver), __entry->req,
		      __entry->len,
		      __print_symbolic(__entry->why,
				       { VACCEL_STAT_FALLBACK, "no device" },
				       { VACCEL_STAT_FALLBACK_SHAPE, "shape" },
				       { VACCEL_STAT_SMALL, "small" }))
);

TRACE_EVENT(vaccel_complete,
	    TP_PROTO(const struct vaccel_req *req, int err),
	    TP_ARGS(req, err),
	    TP_STRUCT__entry(__string(driver, vaccel_req_name(req))
			     __field(const void *, req)
			     __field(u8, status)
			     __field(int, err)),
	    TP_fast_assign(__assign_str(driver);
			   __entry->req = req;
			   __entry->status = req->status;
			   __entry->err = err;),
	    TP_printk("%s req=%p status=%u err=%d", __get_str(driver),
		      __entry->req, __entry->status, __entry->err)
);

#endif /* _VACCEL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
