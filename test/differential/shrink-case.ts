// Counterexamples made small, whatever found them.

/** Enough for texts of a few hundred octets; a longer one may stay longer than it had to. */
const maxTries = 3000

/**
 * The smallest text that can be had from a faulty one by leaving octets out, still with a fault of the same kind: what
 * `find` says up to its first colon.
 */
export async function shrinkCase<T extends { readonly text: string }>(
  faulty: T,
  find: (candidate: T) => Promise<string | undefined>,
): Promise<T> {
  const kind = kindOf(await find(faulty))
  let { text } = faulty
  let tries = 0
  for (let size = text.length >> 1; size > 0; size >>= 1) {
    for (let start = 0; start + size <= text.length && tries < maxTries; tries++) {
      const shorter = text.slice(0, start) + text.slice(start + size)
      if (kindOf(await find({ ...faulty, text: shorter })) === kind) text = shorter
      else start += size
    }
  }
  return { ...faulty, text }
}

function kindOf(fault: string | undefined): string | undefined {
  return fault?.slice(0, fault.indexOf(':'))
}
