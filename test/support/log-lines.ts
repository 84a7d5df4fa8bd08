// Lines of a log file as they are written.
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface LogLines {
  readonly path: string
  /** The next line, after the one before, that contains the text. */
  nextLine(text: string): Promise<string>
}

/** A file that need not be there yet, in a directory of its own; gone when the test is over. */
export function followLog(): LogLines {
  const directory = mkdtempSync(join(tmpdir(), 'portico-log-'))
  const path = join(directory, 'access.log')
  let taken = 0
  let onChange = () => {}
  const watcher = watch(directory, () => onChange())
  onTestFinished(() => {
    watcher.close()
    rmSync(directory, { recursive: true })
  })
  const find = (text: string): string | undefined => {
    const lines = linesOf(path)
    const index = lines.findIndex((line, i) => i >= taken && line.includes(text))
    if (index !== -1) taken = index + 1
    return lines[index]
  }
  return {
    path,
    async nextLine(text) {
      for (;;) {
        const changed = new Promise<void>(resolve => {
          onChange = resolve
        })
        const found = find(text)
        if (found !== undefined) return found
        await changed
      }
    },
  }
}

/** Whole ones. */
function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1)
  } catch {
    return []
  }
}
