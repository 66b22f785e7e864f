/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Host signal handlers belong to the image; the guest's are virtual.
 *
 * Every signal for which the guest has a handler, and always SIGSEGV, SIGBUS
 * and SIGSYS, arrives in pimg_signal() on the thread's signal stack with all
 * others masked.  It does one of four things:
 *
 *	trap	a guest's `syscall` under Syscall User Dispatch: ip becomes the
 *		direct entry, and nothing of this handler remains while the
 *		call is served;
 *	fault	in an accessor: EFAULT; in the guest: its signal, with exact
 *		context; in the image: a report and a core;
 *	deliver	ip is the guest's, or can be made so at once (the call had not
 *		begun, or is complete): the guest's frame is pushed and the
 *		handler is entered by returning from the host's frame;
 *	keep	ip is in a shim between the two: the signal is queued in the
 *		thread block, everything is blocked, and the boundary
 *		(pimg_deliver_*) delivers it.
 *
 * So no host frame is live while guest code runs, and no guest handler runs
 * in the middle of a shim.
 */
#include "arch.h"
#include "site.h"
#include "trace.h"

#define	ALL_SIGNALS	(~0ULL)
#define	SYS_USER_DISPATCH 2
#define	RESTART_SYSCALL	__NR_restart_syscall

/* The mask is 64 bits wide in every frame, whatever sigset_t says. */
static uint64_t
get_mask(const struct ucontext *uc)
{
	uint64_t mask;

	pimg_memcpy(&mask, &uc->uc_sigmask, sizeof(mask));
	return (mask);
}

static void
put_mask(struct ucontext *uc, uint64_t mask)
{

	pimg_memcpy(&uc->uc_sigmask, &mask, sizeof(mask));
}

static int
in_range(unsigned long ip, const char *begin, const char *end)
{

	return (ip >= (unsigned long)begin && ip < (unsigned long)end);
}

static int
in_image(unsigned long ip)
{

	return (in_range(ip, __ehdr_start, pimg_text_end));
}

/*
 * A shim's C code runs on the private stack, on which a guest's never does.
 * It may be outside the image then: in the vDSO.
 */
static int
in_c_code(struct pimg_thread *t, const struct ucontext *uc)
{
	unsigned long off = UC_SP(uc) - ((unsigned long)t - PIMG_BLOCK_THREAD);

	return (off >= PIMG_BLOCK_STACK && off < PIMG_BLOCK_STACK_END);
}

/* The record of the register-only shim that ip lies in, or NULL. */
static const struct pimg_shim *
shim_at(unsigned long ip)
{
	const struct pimg_shim *lo = pimg_shims, *hi = pimg_shims_end, *mid;
	long off = (long)(ip - (unsigned long)pimg_shims);

	if (!in_range(ip, pimg_shim_begin, pimg_shim_end))
		return (NULL);
	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (off < mid->start)
			hi = mid;
		else
			lo = mid;
	}
	return (lo);
}

/* ------------------------------------------------------------------ */
/* Delivery                                                           */

/* Why a signal is delivered: how much say the disposition has. */
enum why {
	ASYNC,		/* sent by somebody: may be ignored or blocked */
	FAULT,		/* the instruction at ip faults again if repeated */
	FORCED		/* as FAULT, but there is no instruction to repeat */
};

/* Dies of sig when the handler returns, with uc as the core's context. */
static void
die(int sig, struct ucontext *uc, enum why why)
{
	static const struct pimg_sigaction dfl;
	uint64_t bit = PIMG_SIGBIT(sig);

	pimg_sys(__NR_rt_sigprocmask, SIG_BLOCK, &bit, NULL, 8);
	pimg_native_action(sig, &dfl, NULL);
	put_mask(uc, get_mask(uc) & ~bit);
	if (why != FAULT)
		pimg_sys(__NR_tgkill, pimg_sys(__NR_getpid),
		    pimg_sys(__NR_gettid), sig);
}

static void
set_mask(struct pimg_thread *t, struct ucontext *uc, uint64_t mask)
{

	put_mask(uc, mask & ~PIMG_VIRTUAL);
	t->vmask = mask & PIMG_VIRTUAL;
}

/*
 * Enters the guest's handler for sig from uc, which is guest context, with
 * old as the mask to come back to; or does what the disposition says.
 */
static void
deliver(struct pimg_thread *t, int sig, const siginfo_t *si,
    struct ucontext *uc, uint64_t old, enum why why)
{
	static const struct pimg_sigaction dfl;
	struct pimg_sigaction sa;
	siginfo_t segv = { 0 };
	uint64_t now = t->waiting ? t->wait_mask : old;

	pimg_action_get(t->sighand, sig, &sa);
	if (why != ASYNC && (sa.handler <= PIMG_SIG_IGN ||
	    (now & PIMG_SIGBIT(sig)))) {
		die(sig, uc, why);
		return;
	}
	if (sa.handler == PIMG_SIG_IGN)
		return;
	if (sa.handler == PIMG_SIG_DFL) {
		if (PIMG_SIGBIT(sig) & PIMG_VIRTUAL)
			die(sig, uc, why);
		else if (pimg_watched(sig)) {
			if (!pimg_watch_stop(sig))
				die(sig, uc, FORCED);
		} else	/* the handler went away meanwhile: the kernel decides */
			pimg_sys(__NR_rt_tgsigqueueinfo, pimg_sys(__NR_getpid),
			    pimg_sys(__NR_gettid), sig, si);
		return;
	}
	if (!pimg_frame_push(t, sig, si, uc, &sa, old)) {
		segv.si_signo = SIGSEGV;
		segv.si_code = SI_KERNEL;
		if (sig == SIGSEGV)
			die(SIGSEGV, uc, FORCED);
		else
			deliver(t, SIGSEGV, &segv, uc, old, FORCED);
		return;
	}
	if (pimg_trace.mode != 0)
		pimg_trace_signal(si);
	t->waiting = 0;
	if (sa.flags & SA_RESETHAND)
		pimg_action_set(t->sighand, sig, &dfl, NULL);
	now |= sa.mask & ~PIMG_UNBLOCKABLE;
	if ((sa.flags & SA_NODEFER) == 0)
		now |= PIMG_SIGBIT(sig);
	set_mask(t, uc, now);
}

static void
hold(struct pimg_thread *t, int sig, const siginfo_t *si)
{

	t->vpending |= PIMG_SIGBIT(sig);
	t->vinfo[sig == SIGSEGV ? 0 : sig == SIGBUS ? 1 : 2] = *si;
}

/* An asynchronous signal in guest context: deliver, or hold if blocked. */
static void
deliver_async(struct pimg_thread *t, const siginfo_t *si, struct ucontext *uc,
    uint64_t mask)
{
	int sig = si->si_signo;

	if (PIMG_SIGBIT(sig) & PIMG_VIRTUAL &
	    (t->waiting ? t->wait_mask : mask)) {
		hold(t, sig, si);
		set_mask(t, uc, mask);
	} else {
		set_mask(t, uc, mask);
		deliver(t, sig, si, uc, mask, ASYNC);
	}
}

/* Queues si for the boundary. */
static void
queue(struct pimg_thread *t, const siginfo_t *si)
{

	if (t->queued < PIMG_QUEUE)
		t->queue[t->queued++] = *si;
}

/*
 * Keeps a signal that found ip inside a shim.  From here on everything is
 * blocked until the boundary, so the queue cannot overflow.
 */
static void
keep(struct pimg_thread *t, const siginfo_t *si, struct ucontext *uc)
{
	int sig = si->si_signo;

	if (PIMG_SIGBIT(sig) & PIMG_VIRTUAL & (t->waiting ? t->wait_mask :
	    t->pending ? t->kept_mask : t->vmask)) {
		hold(t, sig, si);
		return;
	}
	queue(t, si);
	if (!t->pending) {
		t->kept_mask = get_mask(uc) | t->vmask;
		t->pending = 1;
	}
	put_mask(uc, ALL_SIGNALS & ~PIMG_VIRTUAL);
}

/* At the boundary: uc is guest context now; deliver all that was kept. */
static void
boundary(struct pimg_thread *t, struct ucontext *uc)
{
	siginfo_t list[PIMG_QUEUE];
	uint32_t i, n = t->queued;
	uint64_t mask = t->kept_mask;

	UC_ERR(uc) = 0;
	UC_TRAPNO(uc) = 0;
	pimg_memcpy(list, t->queue, n * sizeof(list[0]));
	t->queued = 0;
	t->pending = 0;
	set_mask(t, uc, mask);
	for (i = 0; i < n; i++) {
		deliver_async(t, &list[i], uc, mask);
		mask = get_mask(uc) | t->vmask;
	}
	t->waiting = 0;
}

/*
 * Makes the thread take si at the next boundary.  For shims: called with
 * the thread's own context, not from a handler.
 */
void
pimg_signal_raise(struct pimg_thread *t, const siginfo_t *si)
{
	uint64_t all = ALL_SIGNALS & ~PIMG_VIRTUAL, old;

	pimg_sys(__NR_rt_sigprocmask, SIG_SETMASK, &all, &old, 8);
	if (!t->pending) {
		t->kept_mask = old | t->vmask;
		t->pending = 1;
	}
	queue(t, si);
}

/* Raises the held virtual signals that vmask no longer blocks. */
void
pimg_signal_release(struct pimg_thread *t)
{
	static const unsigned char sigs[3] = { SIGSEGV, SIGBUS, SIGSYS };
	uint64_t mask = t->waiting ? t->wait_mask : t->vmask;
	int i;

	for (i = 0; i < 3; i++)
		if (t->vpending & ~mask & PIMG_SIGBIT(sigs[i])) {
			t->vpending &= ~PIMG_SIGBIT(sigs[i]);
			pimg_signal_raise(t, &t->vinfo[i]);
		}
}

/* ------------------------------------------------------------------ */
/* Where the signal found the thread                                  */

/* Undoes a call that has not begun: ip is the program's `syscall` again. */
static void
roll_back(struct ucontext *uc, unsigned long ret, unsigned long nr)
{

	UC_IP(uc) = ret - PIMG_CALL_BYTES;
	UC_RESULT(uc) = nr;
}

/* The call in progress comes to the boundary when it returns. */
static void
divert(struct pimg_thread *t)
{

	if (!t->pending) {
		t->ret_kept = t->ret;
		t->ret = (unsigned long)pimg_deliver_ret;
	}
}

/*
 * ip is where a register-only shim has its native result.  Does what remains
 * and returns 1, or returns 0 if more than the convention's way back remains.
 */
static int
complete(struct ucontext *uc)
{

#ifdef PIMG_CONVENTION_BSD
	pimg_result_context(uc);
	return (1);
#else
	/* only `jmp *%gs:T_RET` (%fs on i386) */
	return ((*(const uint8_t *)UC_IP(uc) & 0xfe) == 0x64);
#endif
}

/*
 * ip in a register-only shim.  Returns whether uc is guest context now;
 * if not, the shim goes on and its last jump leads to the boundary.
 */
static int
settle_shim(struct pimg_thread *t, const struct pimg_shim *s,
    struct ucontext *uc)
{
	unsigned long ip = UC_IP(uc), base = (unsigned long)pimg_shims;
	unsigned long call = base + (unsigned long)(long)s->call;
	unsigned long done = base + (unsigned long)(long)s->done;

	if (ip == call && call != done &&
	    UC_RESULT(uc) == RESTART_SYSCALL &&
	    s->nr != RESTART_SYSCALL) {
		/* a call that the kernel would continue: it ends with EINTR */
		UC_RESULT(uc) = (unsigned long)-EINTR;
		UC_IP(uc) = ip = done;
	}
	if (ip <= call && ip < done) {
		roll_back(uc, t->ret, s->nr);
		return (1);
	}
	if (ip == done && complete(uc)) {
		UC_IP(uc) = t->ret;
		return (1);
	}
	divert(t);
	return (0);
}

/*
 * Makes uc guest context if that can be done now and returns 1; otherwise
 * arranges that the shim comes to the boundary and returns 0.
 */
static int
settle(struct pimg_thread *t, struct ucontext *uc)
{
	const struct pimg_shim *s;
	unsigned long ip = UC_IP(uc);

	if (!in_image(ip) && !in_c_code(t, uc)) {
		UC_IP(uc) = pimg_site_undo(ip);
		return (1);
	}
	if (t->pending)
		return (0);
	if (ip == (unsigned long)pimg_nosys_jump) {
		(void)complete(uc);
		UC_IP(uc) = t->ret;
		return (1);
	}
#ifdef PIMG_CONVENTION_BSD
	if (in_range(ip, pimg_bsd_return, pimg_bsd_return_end)) {
		divert(t);
		return (0);
	}
#endif
	if (in_range(ip, pimg_entry_begin, pimg_switched) ||
	    in_range(ip, pimg_stub_begin, pimg_stub_end)) {
		roll_back(uc, pimg_arch_undo(t, uc), UC_RESULT(uc));
		return (1);
	}
	if (in_range(ip, pimg_exit_begin, pimg_exit_end)) {
		pimg_frame_complete(t, uc);
		return (1);
	}
	if ((s = shim_at(ip)) != NULL)
		return (settle_shim(t, s, uc));
	if (in_range(ip, pimg_call_begin, pimg_call_done)) {
		if (ip == (unsigned long)pimg_call_insn &&
		    UC_RESULT(uc) == RESTART_SYSCALL) {
			UC_RESULT(uc) = (unsigned long)-EINTR;
			UC_IP(uc) = (unsigned long)pimg_call_done;
		} else
			UC_IP(uc) = (unsigned long)pimg_call_interrupted;
	} else if (in_range(ip, pimg_sigreturn_begin, pimg_sigreturn_done))
		UC_IP(uc) = (unsigned long)pimg_sigreturn_kept;
	return (0);
}

/* ------------------------------------------------------------------ */
/* The handler                                                        */

/*
 * Syscall User Dispatch: what the direct entry does, done here, so that the
 * shim is entered as if it had been called from the program.
 */
static void
trap(struct pimg_thread *t, const siginfo_t *si, struct ucontext *uc)
{
	unsigned long nr = UC_RESULT(uc);

#ifdef PIMG_CONVENTION_BSD
	/* the vDSO, called by a shim, makes the call when it has no clock */
	if (in_c_code(t, uc)) {
		pimg_clock_trap(uc);
		return;
	}
#endif
	/* int $0x80 from 64-bit code and jumps to the other mode are refused */
	if (si->si_arch != PIMG_AUDIT_ARCH ||
	    (nr >= pimg_ncalls && pimg_trace.mode == 0)) {
		UC_RESULT(uc) = (unsigned long)-ENOSYS;
#ifdef PIMG_CONVENTION_BSD
		pimg_result_context(uc);
#endif
		return;
	}
	t->ret = UC_IP(uc);
	if (pimg_trace.mode != 0) {
		UC_IP(uc) = (unsigned long)pimg_trace_entry;
		return;
	}
	pimg_site_trapped(uc);
	UC_IP(uc) = (unsigned long)pimg_dispatch +
	    (unsigned long)(long)pimg_dispatch[nr];
}

/* The guest's number of the call that uc, in the image, is serving. */
static unsigned long
number_at(struct pimg_thread *t, const struct ucontext *uc)
{
	unsigned long ip = UC_IP(uc);
	const struct pimg_shim *s = shim_at(ip);

	if (in_range(ip, pimg_entry_begin, pimg_switched) ||
	    in_range(ip, pimg_stub_begin, pimg_stub_end))
		return (UC_RESULT(uc));
	return (s != NULL ? s->nr : t->frame.nr);
}

static void
fault(struct pimg_thread *t, int sig, const siginfo_t *si, struct ucontext *uc)
{
	unsigned long ip = UC_IP(uc);

	if (in_range(ip, pimg_acc_begin, pimg_acc_end))
		UC_IP(uc) = (unsigned long)pimg_acc_fault;
	else if (ip == (unsigned long)pimg_deliver_frame) {
		UC_IP(uc) = t->frame.ip;
		boundary(t, uc);
	} else if (ip == (unsigned long)pimg_deliver_ret) {
		UC_IP(uc) = t->ret_kept;
		boundary(t, uc);
	} else if (in_image(ip)) {
		pimg_fault_report(sig, si, uc, number_at(t, uc));
		die(sig, uc, FAULT);
	} else
		deliver(t, sig, si, uc, get_mask(uc) | t->vmask, FAULT);
}

/* Whether uc was interrupted in this handler, on the signal stack. */
static int
in_handler(struct pimg_thread *t, const struct ucontext *uc)
{
	unsigned long off = UC_SP(uc) - ((unsigned long)t - PIMG_BLOCK_THREAD);

	return (off > PIMG_BLOCK_SIG && off <= PIMG_BLOCK_THREAD);
}

static void
asynchronous(struct pimg_thread *t, const siginfo_t *si, struct ucontext *uc)
{

	if (pimg_watched(si->si_signo) &&
	    pimg_watch_arrived(t, si->si_signo))
		return;
	if (in_handler(t, uc))
		hold(t, si->si_signo, si);	/* a virtual signal: the rest are masked */
	else if (settle(t, uc))
		deliver_async(t, si, uc, get_mask(uc) | t->vmask);
	else
		keep(t, si, uc);
}

/*
 * A virtual signal that was sent while a handler ran was held; what the
 * guest does not block of it is due now.
 */
static void
release_held(struct pimg_thread *t, struct ucontext *uc)
{
	static const unsigned char sigs[3] = { SIGSEGV, SIGBUS, SIGSYS };
	siginfo_t si;
	int i;

	for (i = 0; i < 3; i++) {
		if ((t->vpending & ~t->vmask & PIMG_SIGBIT(sigs[i])) == 0)
			continue;
		t->vpending &= ~PIMG_SIGBIT(sigs[i]);
		si = t->vinfo[i];
		asynchronous(t, &si, uc);
	}
}

void
pimg_signal(int sig, siginfo_t *si, struct ucontext *uc)
{
	struct pimg_thread *t;

	t = pimg_thread_at((unsigned long)__builtin_frame_address(0));
	if (sig == SIGSYS && si->si_code == SYS_USER_DISPATCH)
		trap(t, si, uc);
	else if ((sig == SIGSEGV || sig == SIGBUS) && si->si_code > 0)
		fault(t, sig, si, uc);
	else
		asynchronous(t, si, uc);
	if ((t->vpending & ~t->vmask) != 0 && !t->waiting && !in_handler(t, uc))
		release_held(t, uc);
}
