// A source under test with everything it reported, so that tests wait for snapshots and never for time.
import { onTestFinished } from 'vitest'
import type { Snapshot, Source } from '../../src/sources/source.ts'

/** The snapshots of a running source. */
export interface SnapshotLog {
  readonly source: Source
  readonly all: readonly Snapshot[]
  readonly latest: Snapshot
  /** The first snapshot, from the latest on, that is as wanted. Never settles if none comes: the test's timeout says so. */
  until(isWanted: (snapshot: Snapshot) => boolean): Promise<Snapshot>
}

/** Starts a source and keeps its snapshots; closes it when the test is over. */
export async function startSource(source: Source): Promise<SnapshotLog> {
  const all: Snapshot[] = []
  const waiting = new Set<() => void>()
  onTestFinished(() => source.close())
  await source.start(snapshot => {
    all.push(snapshot)
    for (const check of waiting) check()
  })
  return {
    source,
    all,
    get latest() {
      return all.at(-1)!
    },
    until: isWanted =>
      new Promise(resolve => {
        const check = () => {
          if (!isWanted(all.at(-1)!)) return
          waiting.delete(check)
          resolve(all.at(-1)!)
        }
        waiting.add(check)
        check()
      }),
  }
}

/** Names of a snapshot's Ingresses, in order. */
export function ingressNames(snapshot: Snapshot): string[] {
  return snapshot.resources.ingresses.map(ingress => ingress.meta.name)
}

/** Codes of a snapshot's diagnostics, in order. */
export function codesOf(snapshot: Snapshot): string[] {
  return snapshot.diagnostics.map(diagnostic => diagnostic.code)
}
