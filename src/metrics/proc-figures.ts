// What Linux says of this process in /proc; elsewhere nothing is known of it. Changes nothing.
import { readFileSync } from 'node:fs'

/** Virtual memory; `undefined` where the system does not say. */
export function readVirtualBytes(): number | undefined {
  const kilobytes = numberIn('/proc/self/status', /^VmSize:\s+(\d+) kB$/m)
  return kilobytes && kilobytes * 1024
}

/** Bytes that were really read from disks; `undefined` where the system does not say. */
export function readDiskReadBytes(): number | undefined {
  return numberIn('/proc/self/io', /^read_bytes: (\d+)$/m)
}

/** Bytes that were really written to disks; `undefined` where the system does not say. */
export function readDiskWrittenBytes(): number | undefined {
  return numberIn('/proc/self/io', /^write_bytes: (\d+)$/m)
}

function numberIn(file: string, pattern: RegExp): number | undefined {
  try {
    const text = pattern.exec(readFileSync(file, 'latin1'))?.[1]
    return text === undefined ? undefined : Number(text)
  } catch {
    return undefined
  }
}
