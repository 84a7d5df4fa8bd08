// Makes the directory that certificates are written to. Node's own recursive mkdir never ends where a parent exists but
// answers that nothing can be made below it by ENOENT, as /proc does.
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes `directory` and what is missing above it; fine if it is there. What it makes is for its owner alone, as the XDG Base
 * Directory specification asks: keys lie in it. Rejects with the system's error when it can not.
 */
export async function makeDirectory(directory: string): Promise<void> {
  // From the root downwards: whoever else makes the same directories can only be ahead, never in between.
  for (const path of withParents(resolve(directory))) {
    if (await isDirectory(path)) continue
    try {
      await mkdir(path, { mode: 0o700 })
    } catch (error) {
      if (!(await isDirectory(path))) throw error
    }
  }
}

/** An absolute path and all above it, the root first. */
function withParents(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [...withParents(parent), path]
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
