// Endpoints in groups of one size, for upstream-hash-by-subset. Pure.

/**
 * Cuts a list into ⌈length / size⌉ groups of `size`, in its order. The last is filled up from the beginning of the list, so
 * that no group carries more for being smaller (ingress-nginx); a list shorter than `size` is one group without repetitions.
 */
export function cutIntoSubsets<Member>(members: readonly Member[], size: number): readonly Member[][] {
  if (members.length <= size) return members.length === 0 ? [] : [[...members]]
  const count = Math.ceil(members.length / size)
  return Array.from({ length: count }, (_, group) =>
    Array.from({ length: size }, (_, i) => members[(group * size + i) % members.length]!),
  )
}
