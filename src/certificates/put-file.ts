// Files of keys and certificates appear as a whole, with the mode they are to have: whoever reads one meanwhile sees the old
// or the new one.
import { randomUUID } from 'node:crypto'
import { link, rename, rm, writeFile } from 'node:fs/promises'

export interface PutOptions {
  /** 0o600 for whatever holds a key. */
  readonly mode: number
  /** Whether a file that is there already stays: the first of several writers wins. */
  readonly onlyIfNew?: boolean
}

/** Puts a file in its place; one that is there is replaced, its mode too. Rejects with the system's error, and leaves nothing behind. */
export async function putFile(file: string, text: string, { mode, onlyIfNew }: PutOptions): Promise<void> {
  const temporary = `${file}.${randomUUID()}`
  try {
    // Never into what somebody else has laid there: neither their link nor their mode.
    await writeFile(temporary, text, { mode, flag: 'wx' })
    if (onlyIfNew === true) await linkIfNew(temporary, file)
    else await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function linkIfNew(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return
    // Some file systems (FAT, some network mounts) know no hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    await rename(temporary, file)
  }
}
