// Makes the directory that certificates are written to. Node's own recursive mkdir never ends where a parent exists but
// answers that nothing can be made below it by ENOENT, as /proc does.
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes `directory` and what is missing above it; fine if it is there. Rejects with the system's error when it can not. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory)
  } catch (error) {
    if (await isDirectory(directory)) return
    const parent = dirname(directory)
    const isParentMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && !(await isDirectory(parent))
    if (!isParentMissing || parent === directory) throw error
    await makeDirectory(parent)
    // Now the parent is there: what comes back this time is the answer. Another process may have been first.
    await makeDirectory(directory)
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
