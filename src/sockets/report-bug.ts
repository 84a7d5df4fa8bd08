// An exception inside a socket's event is a bug of ours. It must not cut through the loop that passes events on, or take
// the requests of others along; and it must not be swallowed.

/** Throws `error` where nothing of ours is on the stack: the process's own handler reports it. */
export function reportBug(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
