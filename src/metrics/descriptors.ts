// File descriptors of this process: how many there may be, and how many there are. Linux says it in /proc; elsewhere the
// limit comes from Node's report. Changes nothing.
import { readdirSync, readFileSync } from 'node:fs'

/** The soft limit of open files (Node has raised it to the hard one); `undefined` when unlimited or not known. */
export function readDescriptorLimit(): number | undefined {
  const limit = Number(limitFromProc() ?? limitFromReport())
  return Number.isFinite(limit) ? limit : undefined
}

/** How many descriptors are open; `undefined` where the system does not say, or has none left to look with. */
export function countOpenDescriptors(): number | undefined {
  try {
    // The descriptor of the look itself is among them.
    return readdirSync('/proc/self/fd').length - 1
  } catch {
    return undefined
  }
}

function limitFromProc(): string | undefined {
  try {
    return /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
  } catch {
    return undefined
  }
}

/** Slower, and everywhere: it collects the whole state of the process. */
function limitFromReport(): unknown {
  const report = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: unknown } }
  }
  return report.userLimits?.open_files?.soft
}
